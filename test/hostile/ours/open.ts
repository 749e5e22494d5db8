import { Channel, openSignal } from '../../../src/index.ts';
import { openMemory } from '../../support/ring-places.ts';
import type { OurRings, OurSide } from './side.ts';

/** Opens our end, as often as the peer makes it fail: `null` where it does each time. */
export async function openOurs(side: OurSide, rings: OurRings): Promise<Channel | null> {
  const { incoming, incomingMemory, outgoing, outgoingMemory } = rings;
  const signal = openSignal(rings.signal);
  for (let tries = 0; tries < 100; tries++) {
    const channel = await side.does('new Channel', () => {
      const parts = { incoming: openMemory(incoming, incomingMemory), outgoing: openMemory(outgoing, outgoingMemory) };
      return new Channel({ ...parts, signal });
    });
    if (channel !== undefined) return channel;
  }
  signal.close();
  return null;
}
