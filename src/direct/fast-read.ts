import {
  DESCRIPTOR_SIZE,
  FOOTER_SIZE,
  PACKET_FLAG_COMPLETION_REQUESTED,
  PACKET_TYPE_COMPLETION,
  PACKET_TYPE_IN_BAND,
} from '../wire/descriptor.ts';
import { describedSizeIn, flagsIn, packetTypeIn, payloadStartIn } from '../wire/descriptor-words.ts';
import { copyWide } from '../memory/copy-words.ts';
import { takeExtendedHeader } from './fast-ranges.ts';
import type { IncomingOffset } from '../ring/incoming-offset.ts';
import type { PacketWords } from '../ring/incoming-packet.ts';
import type { InnerRing } from '../ring/inner-ring.ts';
import { isRingPointer, ringAdvance, ringAvailable } from '../ring/pointers.ts';

// V8 looks an import up at each use, and checks that it is there. What a module has of its own is compiled in.
const HEADER = DESCRIPTOR_SIZE;
const FOOTER = FOOTER_SIZE;
const COMPLETION_REQUESTED = PACKET_FLAG_COMPLETION_REQUESTED;
const COMPLETION = PACKET_TYPE_COMPLETION;
const IN_BAND = PACKET_TYPE_IN_BAND;
const startIn = payloadStartIn;
const sizeIn = describedSizeIn;
const flags = flagsIn;
const typeIn = packetTypeIn;
const advance = ringAdvance;
const availableBytes = ringAvailable;
const copy = copyWide;
const isPointer = isRingPointer;
const extended = takeExtendedHeader;

/** What became of it: a packet was read; there is none; it takes the general way to know. */
export const READ = 0;
export const NOTHING = 1;
export const UNKNOWN = 2;

const read = READ;
const nothing = NOTHING;
const unknown = UNKNOWN;

/**
 * `IncomingRing.read` for what most packets are: a descriptor in one piece of memory. `READ` if a packet was read, into `packet`;
 * `NOTHING` if the ring is empty. `UNKNOWN` where anything is otherwise, a corrupt ring among it: then nothing was consumed, and the
 * general way, which does the same, finds out what.
 *
 * Makes all checks of `parsePacket`, on words that are read once. A packet that is refused here is read anew there: what the peer
 * changed in between is checked anew.
 */
export function takeFast(inner: InnerRing, offset: IncomingOffset, packet: PacketWords): number {
  const { window, size } = inner;
  if (window === null || offset.ring !== inner) return unknown;
  const { i32 } = window;
  if (i32.length !== window.control.count) return unknown;
  const out = offset.nextOut;
  let newIn = offset.cachedIn;
  if (newIn === out) {
    newIn = inner.control.loadIn();
    if (newIn === out) return nothing;
    if (!isPointer(size, newIn)) return unknown;
    offset.cachedIn = newIn;
  }
  const available = availableBytes(size, newIn, out);
  const word = window.locate(out, HEADER);
  // Not even the words of a header are read where there are none of them.
  if (!(available >= HEADER) || word < 0) return unknown;
  const first = i32[word]!;
  const second = i32[word + 1]!;
  const start = startIn(first);
  const described = sizeIn(second);
  if (described < start || start < HEADER || described + FOOTER > available) return unknown;
  if ((flags(second) & ~COMPLETION_REQUESTED) !== 0) return unknown;
  const type = typeIn(first);
  if (type !== IN_BAND && type !== COMPLETION) {
    if (!extended(type, i32, window.wordAt(out + HEADER), start, packet)) return unknown;
  }
  packet.offset = out;
  packet.word0 = first;
  packet.word1 = second;
  packet.idLow = i32[word + 2]!;
  packet.idHigh = i32[word + 3]!;
  offset.nextOut = advance(size, out, described + FOOTER);
  return read;
}

/** `readInto` for the same packets, and a target that was seen last: likewise. */
export function readFast(inner: InnerRing, offset: IncomingOffset, packet: PacketWords, target: Uint8Array): number {
  const { window } = inner;
  if (window === null) return unknown;
  const caller = window.target;
  const room = target.length;
  if (target !== caller.bytes || room !== caller.byteCount) return unknown;
  const out = offset.nextOut;
  const outcome = takeFast(inner, offset, packet);
  if (outcome !== read) return outcome;
  const start = startIn(packet.word0);
  const length = sizeIn(packet.word1) - start;
  if (length > room) {
    offset.nextOut = out;
    return unknown;
  }
  const word = window.locate(out + start, length);
  const { wide, address } = caller;
  const { calls } = window.control;
  if (word < 0) window.readBytes(out + start, target, length);
  else if (wide !== null && length <= window.engine.wordsOutBytes) copy(wide, 0, window.u64, word >> 1, length >> 3);
  else if (address >= 0 && calls !== null) calls.copy(address, window.start + (word << 2), length);
  else window.copyOut(word, 0, 0, length);
  return read;
}
