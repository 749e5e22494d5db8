import {
  DESCRIPTOR_SIZE,
  FOOTER_SIZE,
  PACKET_FLAG_COMPLETION_REQUESTED,
  PACKET_TYPE_COMPLETION,
  PACKET_TYPE_IN_BAND,
} from '../wire/descriptor.ts';
import { CONTROL_PENDING_SEND_SIZE } from '../wire/control-page.ts';
import { describedSizeIn, flagsIn, packetTypeIn, payloadStartIn } from '../wire/descriptor-words.ts';
import type { IncomingOffset } from '../ring/incoming-offset.ts';
import type { PacketWords } from '../ring/incoming-packet.ts';
import type { InnerRing } from '../ring/inner-ring.ts';
import { isRingPointer, ringAdvance, ringAvailable } from '../ring/pointers.ts';

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

/** What is returned by those that receive where it takes another way to know. */
export const NO_FAST_WAY = -2;

const noFastWay = NO_FAST_WAY;

/**
 * `receiveInto` for a target that lies in the memory of the ring, and a ring that was empty when it was looked at last, under the conditions
 * of `readFast`, without ranges: one call of WebAssembly acquires, copies the payload and gives the room back. The pending send size that was
 * read after, an unsigned 32-bit number; `NO_FAST_WAY` where anything is otherwise, an empty ring among it: then nothing was consumed.
 *
 * What is read before that call decides nothing until the call has found it there, in order: see `WasmCalls.receiveSeen`. As in `sendFast`, nothing
 * else is done here, and the checks are those of `takeFast` once more: what fails one is not corrupt yet, it is read anew in order.
 */
export function receiveFast(inner: InnerRing, offset: IncomingOffset, packet: PacketWords, target: Uint8Array): number {
  const { window } = inner;
  if (window === null || offset.ring !== inner) return noFastWay;
  const { target: caller, control, i32 } = window;
  const { calls } = control;
  const { address, byteCount: room } = caller;
  if (calls === null || address < 0 || target !== caller.bytes || target.length !== room) return noFastWay;
  const out = offset.nextOut;
  if (offset.cachedIn !== out) return noFastWay;
  const { size } = inner;
  const seenIn = control.peekIn() >>> 0;
  if (seenIn === out || !isPointer(size, seenIn)) return noFastWay;
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
  if (type !== IN_BAND && type !== COMPLETION) return noFastWay;

  // Before the room is given back: a packet that takes no header throws here. What is refused below is overwritten in order.
  packet.offset = out;
  packet.word0 = word0;
  packet.word1 = word1;
  packet.idLow = idLow;
  packet.idHigh = idHigh;
  const newOut = advance(size, out, described + FOOTER);
  const at = window.start + (word << 2);
  const outcome = calls.receiveSeen(
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
  if (outcome < 0) return noFastWay;
  offset.cachedIn = seenIn;
  offset.nextOut = newOut;
  offset.committedOut = newOut;
  // The call says only whether there is one: a size can be any 32 bits. Read again it may be another one: that is as late as any.
  return outcome === 0 ? 0 : control.load(PENDING);
}
