import { copyWide } from '../memory/copy-words.ts';
import {
  DESCRIPTOR_SIZE,
  FOOTER_SIZE,
  PACKET_FLAG_COMPLETION_REQUESTED,
  PACKET_TYPE_COMPLETION,
  PACKET_TYPE_IN_BAND,
} from '../wire/descriptor.ts';
import { lengthAndFlagsWord, typeAndOffsetWord } from '../wire/descriptor-words.ts';
import { encodeExtendedHeader, encodePacket } from '../ring/encode.ts';
import type { InnerRing } from '../ring/inner-ring.ts';
import { type OutgoingPacket, OutgoingPacketType } from '../ring/outgoing-packet.ts';
import type { OutgoingOffset } from '../ring/outgoing-offset.ts';
import { headerSize } from '../ring/outgoing-header.ts';
import { ringAdvance } from '../ring/pointers.ts';
import { IN_PIECES, packetBytes, packetTypeOf, placeFast } from './fast-place.ts';
import { putExtendedHeader } from './fast-ranges.ts';

// As in fast-place.ts: compiled in, not looked up.
const HEADER = DESCRIPTOR_SIZE;
const FOOTER = FOOTER_SIZE;
const firstWord = typeAndOffsetWord;
const secondWord = lengthAndFlagsWord;
const advance = ringAdvance;
const place = placeFast;
const totalOf = packetBytes;
const typeOf = packetTypeOf;
const copy = copyWide;
const sizeOfHeader = headerSize;
const encode = encodePacket;
const encodeExtended = encodeExtendedHeader;
const inPieces = IN_PIECES;
const putExtended = putExtendedHeader;
const REQUEST = OutgoingPacketType.InBandWithCompletion;
const IN_BAND_TYPE = PACKET_TYPE_IN_BAND;
const ANSWER_TYPE = PACKET_TYPE_COMPLETION;
const ANSWER_WANTED = PACKET_FLAG_COMPLETION_REQUESTED;

/**
 * `writeFrom` for what most packets are: an id of 32 bits, a payload from the array that was seen last, room
 * for it. True if it was written. False where anything is
 * otherwise: then the offset has not moved, and the general way, which does the same, finds out what.
 *
 * The general way is what tests compare it with. It is half as fast: this one is one straight function.
 */
export function writeFast(
  inner: InnerRing,
  offset: OutgoingOffset,
  packet: OutgoingPacket,
  payload: Uint8Array,
): boolean {
  const { window } = inner;
  const { typ, transactionId: id, size } = packet;
  const type = typeOf(typ);
  // A buffer that was detached or cut; the memory of a WebAssembly can be neither.
  if (window === null || type === 0 || window.i32.length !== window.control.count) return false;
  const isBare = type === IN_BAND_TYPE || type === ANSWER_TYPE;
  const header = isBare ? HEADER : sizeOfHeader(typ);
  const bytes = payload.length;
  // Lists of ranges may be of any length: past the limit, 32-bit arithmetic means nothing.
  if (bytes !== size || header > inner.writableLimitBytes) return false;
  const totalBytes = totalOf(header, bytes);
  const word = place(inner, window, offset, id, payload, bytes, totalBytes);
  const at = offset.nextIn;
  const flags = typ === REQUEST || !isBare ? ANSWER_WANTED : 0;
  if (word < 0) {
    if (word !== inPieces) return false;
    encode(inner, at, totalBytes, type | (flags << 16), header, bytes, id as number, 0);
    if (!isBare) encodeExtended(inner, at, typ);
    // What ranges do that are asked for their offset is not known.
    if (payload.length !== bytes) return false;
    inner.write(at + header, payload, bytes);
    offset.nextIn = advance(inner.size, at, totalBytes);
    return true;
  }

  const word0 = firstWord(type, header);
  const word1 = secondWord(totalBytes - FOOTER, flags);
  const { i32, source } = window;
  const { wide, address } = source;
  const { calls } = window.control;
  const footer = word + ((totalBytes - FOOTER) >> 2);
  i32[word] = word0;
  i32[word + 1] = word1;
  i32[word + 2] = id as number;
  i32[word + 3] = 0;
  if ((bytes & 7) !== 0) {
    i32[footer - 2] = 0;
    i32[footer - 1] = 0;
  }
  i32[footer] = 0;
  i32[footer + 1] = at;
  if (!isBare) {
    if (!putExtended(i32, word + (HEADER >> 2), word + (header >> 2), typ) || payload.length !== bytes) return false;
  }
  const payloadWord = word + (header >> 2);
  if (wide !== null && bytes <= window.engine.wordsInBytes && (bytes & 7) === 0) {
    copy(window.u64, payloadWord >> 1, wide, 0, bytes >> 3);
  } else if (address >= 0 && calls !== null) {
    calls.copy(window.start + (payloadWord << 2), address, bytes);
  } else {
    window.copyIn(payloadWord, 0, 0, bytes);
  }
  offset.nextIn = advance(inner.size, at, totalBytes);
  return true;
}
