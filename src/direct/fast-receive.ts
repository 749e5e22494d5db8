import { describedSizeIn, payloadStartIn } from '../wire/descriptor-words.ts';
import { copyWide } from '../memory/copy-words.ts';
import type { IncomingOffset } from '../ring/incoming-offset.ts';
import type { PacketWords } from '../ring/incoming-packet.ts';
import type { InnerRing } from '../ring/inner-ring.ts';
import { NOTHING, READ, takeFast } from './fast-read.ts';

// As in fast-place.ts: compiled in, not looked up.
const startIn = payloadStartIn;
const sizeIn = describedSizeIn;
const copy = copyWide;
const take = takeFast;
const read = READ;
const nothing = NOTHING;

/** What `receiveFast` returns where there is no packet, and where it takes the general way to know. */
export const NO_PACKET = -1;
export const NO_FAST_WAY = -2;

const noPacket = NO_PACKET;
const noFastWay = NO_FAST_WAY;

/**
 * `receiveInto` where WebAssembly copies the payload and gives the room back in one call: under the conditions of `readFast`, into a target that lies
 * in the memory of the ring or is copied to in words. The pending send size that was read after, an unsigned 32-bit number; else
 * `NO_PACKET` or `NO_FAST_WAY`, and nothing was consumed.
 */
export function receiveFast(inner: InnerRing, offset: IncomingOffset, packet: PacketWords, target: Uint8Array): number {
  const { window } = inner;
  if (window === null) return noFastWay;
  const { target: caller, control } = window;
  const { calls } = control;
  const room = target.length;
  if (calls === null || target !== caller.bytes || room !== caller.byteCount) return noFastWay;
  const out = offset.nextOut;
  const outcome = take(inner, offset, packet);
  if (outcome !== read) return outcome === nothing ? noPacket : noFastWay;
  const start = startIn(packet.word0);
  const length = sizeIn(packet.word1) - start;
  const word = window.locate(out + start, length);
  const { wide, address } = caller;
  const isWords = address < 0;
  if (length > room || word < 0 || (isWords && (wide === null || length > window.engine.wordsOutBytes))) {
    offset.nextOut = out;
    return noFastWay;
  }
  if (isWords) copy(wide!, 0, window.u64, word >> 1, length >> 3);
  const newOut = offset.nextOut;
  offset.committedOut = newOut;
  return calls.receive(control.page, newOut, address, window.start + (word << 2), isWords ? 0 : length) >>> 0;
}
