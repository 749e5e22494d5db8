import {
  DESCRIPTOR_SIZE,
  FOOTER_SIZE,
  PACKET_FLAG_COMPLETION_REQUESTED,
  PACKET_TYPE_COMPLETION,
  PACKET_TYPE_IN_BAND,
} from '../wire/descriptor.ts';
import { CONTROL_PENDING_SEND_SIZE } from '../wire/control-page.ts';
import { describedSizeIn, flagsIn, packetTypeIn, payloadStartIn } from '../wire/descriptor-words.ts';
import { copyWide } from '../memory/copy-words.ts';
import type { IncomingOffset } from '../ring/incoming-offset.ts';
import type { PacketWords } from '../ring/incoming-packet.ts';
import type { InnerRing } from '../ring/inner-ring.ts';
import { isRingPointer, ringAdvance, ringAvailable } from '../ring/pointers.ts';
import { NOTHING, READ, readFast, takeFast } from './fast-read.ts';

// As in fast-place.ts: compiled in, not looked up.
const HEADER = DESCRIPTOR_SIZE;
const FOOTER = FOOTER_SIZE;
const COMPLETION_REQUESTED = PACKET_FLAG_COMPLETION_REQUESTED;
const COMPLETION = PACKET_TYPE_COMPLETION;
const IN_BAND = PACKET_TYPE_IN_BAND;
const PENDING = CONTROL_PENDING_SEND_SIZE;
const startIn = payloadStartIn;
const sizeIn = describedSizeIn;
const flags = flagsIn;
const typeIn = packetTypeIn;
const advance = ringAdvance;
const availableBytes = ringAvailable;
const isPointer = isRingPointer;
const copy = copyWide;
const take = takeFast;
const readWhole = readFast;
const read = READ;
const nothing = NOTHING;

/** What `receiveFast` returns where there is no packet, and where it takes the general way to know. */
export const NO_PACKET = -1;
export const NO_FAST_WAY = -2;

const noPacket = NO_PACKET;
const noFastWay = NO_FAST_WAY;

/**
 * `receiveInto` under the conditions of `readFast`. The pending send size that was read after, an unsigned 32-bit number; else
 * `NO_PACKET` or `NO_FAST_WAY`, and nothing was consumed.
 *
 * This is the straight way for a target that lies in the memory of the ring, and a ring that was empty when it was looked at last: one call of
 * WebAssembly, which copies the payload and gives the room back, and does the acquire as well. What is read before it decides nothing until that call has found it there, in order: see `WasmCalls.receiveSeen`.
 */
export function receiveFast(inner: InnerRing, offset: IncomingOffset, packet: PacketWords, target: Uint8Array): number {
  const { window } = inner;
  if (window === null || offset.ring !== inner) return noFastWay;
  const { target: caller, control, i32 } = window;
  const { calls } = control;
  const { address, byteCount: room } = caller;
  if (calls === null) return receiveByAtomics(inner, offset, packet, target);
  if (target !== caller.bytes || target.length !== room) return noFastWay;
  const out = offset.nextOut;
  if (address < 0 || offset.cachedIn !== out) return receiveInOrder(inner, offset, packet);
  const { size } = inner;
  const seenIn = control.peekIn();
  if (seenIn === out || !isPointer(size, seenIn)) return receiveInOrder(inner, offset, packet);
  const available = availableBytes(size, seenIn, out);
  const word = window.locate(out, HEADER);
  if (!(available >= HEADER) || word < 0) return noFastWay;
  const word0 = i32[word]!;
  const word1 = i32[word + 1]!;
  const idLow = i32[word + 2]!;
  const idHigh = i32[word + 3]!;
  const start = startIn(word0);
  const described = sizeIn(word1);
  const length = described - start;
  if (length < 0 || start < HEADER || described + FOOTER > available || length > room) return noFastWay;
  if ((flags(word1) & ~COMPLETION_REQUESTED) !== 0 || window.locate(out, described) < 0) return noFastWay;
  const type = typeIn(word0);
  if (type !== IN_BAND && type !== COMPLETION) return receiveInOrder(inner, offset, packet);

  const newOut = advance(size, out, described + FOOTER);
  const at = window.start + (word << 2);
  const isPending = calls.receiveSeen(
    control.page,
    size,
    out,
    newOut,
    available,
    at,
    word0,
    word1,
    idLow,
    idHigh,
    address,
  );
  if (isPending < 0) return noFastWay;
  packet.offset = out;
  packet.word0 = word0;
  packet.word1 = word1;
  packet.idLow = idLow;
  packet.idHigh = idHigh;
  offset.cachedIn = seenIn;
  offset.nextOut = newOut;
  offset.committedOut = newOut;
  return isPending === 0 ? 0 : control.load(PENDING);
}

/** The same where the packet is known to be there, or the payload goes to an array of its own: each step after the one that it depends on. */
function receiveInOrder(inner: InnerRing, offset: IncomingOffset, packet: PacketWords): number {
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
  return control.calls!.receive(control.page, newOut, address, from, isWords ? 0 : length) >>> 0;
}

/** The same where there is no WebAssembly. */
function receiveByAtomics(inner: InnerRing, offset: IncomingOffset, packet: PacketWords, target: Uint8Array): number {
  const outcome = readWhole(inner, offset, packet, target);
  if (outcome !== read) return outcome === nothing ? noPacket : noFastWay;
  const newOut = offset.nextOut;
  const pending = inner.control.commitRead(newOut);
  offset.committedOut = newOut;
  return pending;
}
