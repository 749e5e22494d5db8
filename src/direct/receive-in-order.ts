import { describedSizeIn, payloadStartIn } from '../wire/descriptor-words.ts';
import { copyWide } from '../memory/copy-words.ts';
import type { IncomingOffset } from '../ring/incoming-offset.ts';
import type { PacketWords } from '../ring/incoming-packet.ts';
import type { InnerRing } from '../ring/inner-ring.ts';
import { NOTHING, READ, readFast, takeFast } from './fast-read.ts';
import { NO_FAST_WAY } from './fast-receive.ts';

// As in fast-place.ts: compiled in, not looked up.
const startIn = payloadStartIn;
const sizeIn = describedSizeIn;
const copy = copyWide;
const take = takeFast;
const readWhole = readFast;
const read = READ;
const nothing = NOTHING;
const noFastWay = NO_FAST_WAY;

/** Returned where there is no packet. */
export const NO_PACKET = -1;

const noPacket = NO_PACKET;

/**
 * `receiveInto` for what is no case of `receiveFast`, each step after the one that it depends on: where there is no WebAssembly, for all that
 * `readFast` takes; else for payloads in one piece, to the memory or up to `wordsOutBytes`. Returns what `receiveFast` does, and `NO_PACKET`
 * where the ring is empty.
 */
export function receiveInOrder(
  inner: InnerRing,
  offset: IncomingOffset,
  packet: PacketWords,
  target: Uint8Array,
): number {
  const { window } = inner;
  if (window === null || offset.ring !== inner) return noFastWay;
  if (window.control.calls === null) return receiveByAtomics(inner, offset, packet, target);
  const caller = window.target;
  if (target !== caller.bytes || target.length !== caller.byteCount) return noFastWay;
  return receiveByCall(inner, offset, packet);
}

/** Where WebAssembly gives the room back, and copies the payload if the target lies in the memory of the ring. */
function receiveByCall(inner: InnerRing, offset: IncomingOffset, packet: PacketWords): number {
  const window = inner.window!;
  const { control } = window;
  const out = offset.nextOut;
  const outcome = take(inner, offset, packet);
  if (outcome !== read) return outcome === nothing ? noPacket : noFastWay;
  const start = startIn(packet.word0);
  const length = sizeIn(packet.word1) - start;
  const word = window.locate(out + start, length);
  const { wide, address, byteCount: room } = window.target;
  const isWords = address < 0;
  if (length > room || word < 0 || (isWords && (wide === null || length > window.engine.wordsOutBytes))) {
    offset.nextOut = out;
    return noFastWay;
  }
  if (isWords) copy(wide!, 0, window.u64, word >> 1, length >> 3);
  const newOut = offset.nextOut;
  offset.committedOut = newOut;
  const from = window.start + (word << 2);
  // Words were copied above: nothing is left for the call but to give the room back.
  return control.calls!.receive(control.page, newOut, address, from, isWords ? 0 : length) >>> 0;
}

/** Where there is no WebAssembly. */
function receiveByAtomics(inner: InnerRing, offset: IncomingOffset, packet: PacketWords, target: Uint8Array): number {
  const outcome = readWhole(inner, offset, packet, target);
  if (outcome !== read) return outcome === nothing ? noPacket : noFastWay;
  const newOut = offset.nextOut;
  const pending = inner.control.commitRead(newOut);
  offset.committedOut = newOut;
  return pending;
}
