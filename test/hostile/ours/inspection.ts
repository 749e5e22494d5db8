import { setImmediate as turn } from 'node:timers/promises';
import { inspectRingMem, RingImage, ringWaits } from '../../../src/inspect/index.ts';
import { openMemory } from '../../support/ring-places.ts';
import { openOurs } from './open.ts';
import type { OurRings, OurSide } from './side.ts';

/** Looks at rings while they are scribbled over, and opens and closes an end of them. */
export async function inspection(side: OurSide, rings: OurRings, untilMs: number): Promise<void> {
  const channel = await openOurs(side, rings);
  const memories = [
    openMemory(rings.incoming, rings.incomingMemory),
    openMemory(rings.outgoing, rings.outgoingMemory),
  ] as const;
  while (performance.now() < untilMs) {
    for (const memory of memories) {
      const report = await side.does('inspectRingMem', () => inspectRingMem(memory, { hex: true, history: true }));
      if (report === undefined) continue;
      if (report.error !== null) side.errors.add(`found ${report.error.code}`);
      for (const { payloadHex } of report.packets) {
        side.accept(Buffer.from(payloadHex ?? '', 'hex'), memory.length, 'a report');
      }
      await side.does('ringWaits', () => ringWaits(RingImage.capture(memory)));
    }
    if (channel !== null) await side.does('Channel.inspect', () => channel.inspect());
    await turn();
  }
  channel?.close();
}
