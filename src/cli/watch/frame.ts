import { ringWaits } from '../../inspect/index.ts';
import type { RingFlow } from '../../transport/channel-file/flow.ts';
import type { Paint } from '../paint.ts';
import { printable } from '../printable.ts';
import { formatBytes, group } from './amounts.ts';
import { type EndSample, isConsumed, type Rate, rateOf, type RingSample, type Sample } from './sample.ts';

const BAR_CELLS = 30;

/** What a terminal shows of a sample, line by line, and how fast it went since the one `before`. */
export function* frameLines(now: Sample, before: Sample | null, paint: Paint): Generator<string, void, undefined> {
  const kind = now.ends === null ? 'one ring' : 'channel';
  yield `${paint('heading', printable(now.path))}  ${kind}   q or Ctrl-C ends`;
  if (now.ends !== null) {
    for (const end of [0, 1] as const) yield `end ${end}   ${describeEnd(now.ends[end])}`;
  }
  for (const [index, ring] of now.rings.entries()) {
    yield '';
    const direction = now.ends === null ? 'ring' : `ring ${index}: from end ${index} to end ${1 - index}`;
    yield paint('heading', `${direction}, ${group(ring.image.size)} bytes`);
    yield* ringLines(ring, paint);
    if (ring.flow !== null) {
      yield flowLine('written', ring.flow.produced, rateOf(now, before, index, 'produced'));
      yield flowLine('read', ring.flow.consumed, rateOf(now, before, index, 'consumed'));
    }
    yield* packetLines(ring, paint);
  }
}

/** How an end is doing, with what the kernel says of who has it. */
export function describeEnd({ state, process, held }: EndSample): string {
  if (process === 0 || state === 'unopened') return held === true ? 'being opened' : 'nobody has come yet';
  if (state !== 'open') return `${state}; process ${process} had it`;
  if (held === null) return `open, process ${process}`;
  return held ? `open, process ${process}, alive` : `process ${process} is gone, and did not close it`;
}

/** How full a ring is, from 0 to 1; `null` where `in` or `out` is invalid. */
export function fillOf({ image }: RingSample): number | null {
  const usage = image.usage();
  return usage === null ? null : usage.available / (image.size - 8);
}

function* ringLines(ring: RingSample, paint: Paint): Generator<string, void, undefined> {
  const { control } = ring.image;
  const usage = ring.image.usage();
  const waits = ringWaits(ring.image).text;
  if (usage !== null) {
    const fill = fillOf(ring)!;
    const cells = Math.round(fill * BAR_CELLS);
    const bar = `[${'#'.repeat(cells)}${'.'.repeat(BAR_CELLS - cells)}]`;
    yield `  ${bar} ${(fill * 100).toFixed(1).padStart(5)}%  ${group(usage.available)} used, ${group(usage.free)} free`;
  }
  const words = [hex(control.in), hex(control.out), control.interruptMask, control.pendingSendSize];
  yield `  in ${words[0]}   out ${words[1]}   mask ${words[2]}   pending send size ${words[3]}`;
  yield `  ${usage === null ? paint('error', waits) : waits}`;
}

function flowLine(name: string, flow: RingFlow | null, rate: Rate | null): string {
  const total = flow === null ? 'not known' : `${group(flow.packets)} packets, ${formatBytes(flow.bytes)}`;
  const speed = rate === null ? '' : `${group(rate.packets)} packets/s, ${formatBytes(rate.bytes)}/s`;
  return `  ${name.padEnd(8)}${total.padEnd(38)}${speed}`.trimEnd();
}

function* packetLines(ring: RingSample, paint: Paint): Generator<string, void, undefined> {
  if (ring.lastPackets.length === 0) return;
  yield paint('detail', `  ${packetColumns('last packets', 'transaction id', 'payload', '')}`);
  for (const { offset, type, transactionId, payloadLength } of ring.lastPackets) {
    const place = isConsumed(ring, offset) ? 'read' : 'in the ring';
    const name = `${hex(offset)}  ${type}`;
    yield `  ${packetColumns(name, transactionId ?? '-', String(payloadLength), place)}`;
  }
}

function packetColumns(name: string, id: string, payload: string, place: string): string {
  return `${name.padEnd(26)}  ${id.padEnd(20)}  ${payload.padStart(7)}  ${place}`.trimEnd();
}

function hex(offset: number): string {
  return `0x${offset.toString(16).padStart(8, '0')}`;
}
