import { copyWide } from '../memory/copy-words.ts';
import {
  DESCRIPTOR_SIZE,
  FOOTER_SIZE,
  PACKET_FLAG_COMPLETION_REQUESTED,
  PACKET_TYPE_COMPLETION,
  PACKET_TYPE_GPA_DIRECT,
  PACKET_TYPE_IN_BAND,
  PACKET_TYPE_TRANSFER_PAGES,
} from '../wire/descriptor.ts';
import { lengthAndFlagsWord, typeAndOffsetWord } from '../wire/descriptor-words.ts';
import type { InnerRing } from '../ring/inner-ring.ts';
import { type OutgoingPacket, OutgoingPacketType } from '../ring/outgoing-packet.ts';
import type { OutgoingOffset } from '../ring/outgoing-offset.ts';
import { ringAdvance, ringFree } from '../ring/pointers.ts';
import { headerSize } from '../ring/outgoing-header.ts';
import { putExtendedHeader } from './fast-ranges.ts';

// V8 looks an import up at each use, and checks that it is there. What a module has of its own is compiled in.
const HEADER = DESCRIPTOR_SIZE;
const FOOTER = FOOTER_SIZE;
const firstWord = typeAndOffsetWord;
const secondWord = lengthAndFlagsWord;
const advance = ringAdvance;
const free = ringFree;
const copy = copyWide;
const sizeOfHeader = headerSize;
const putExtended = putExtendedHeader;
const IN_BAND = OutgoingPacketType.InBandNoCompletion;
const REQUEST = OutgoingPacketType.InBandWithCompletion;
const ANSWER = OutgoingPacketType.Completion;
const IN_BAND_TYPE = PACKET_TYPE_IN_BAND;
const ANSWER_TYPE = PACKET_TYPE_COMPLETION;
const GPA_DIRECT_TYPE = PACKET_TYPE_GPA_DIRECT;
const TRANSFER_PAGES_TYPE = PACKET_TYPE_TRANSFER_PAGES;
const ANSWER_WANTED = PACKET_FLAG_COMPLETION_REQUESTED;

/** The packet type of the kinds without ranges, if they are given by their constants, and of those with ranges; 0 for all others. */
function typeOf(typ: OutgoingPacketType): number {
  if (typ === IN_BAND || typ === REQUEST) return IN_BAND_TYPE;
  if (typ === ANSWER) return ANSWER_TYPE;
  const { kind } = typ;
  if (kind === 'GpaDirect') return GPA_DIRECT_TYPE;
  return kind === 'TransferPages' ? TRANSFER_PAGES_TYPE : 0;
}

/**
 * `writeFrom` for what most packets are: an id of 32 bits, a payload from the array that was seen last, room
 * for it by the `out` that was read last, all of it in one piece of memory. True if it was written. False where anything is
 * otherwise: then nothing was touched, and the general way, which does the same, finds out what.
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
  if (window === null || offset.ring !== inner) return false;
  const { typ, transactionId: id } = packet;
  const type = typeOf(typ);
  if (type === 0 || typeof id !== 'number' || id >>> 0 !== id) return false;
  const { source, i32 } = window;
  const bytes = payload.length;
  if (payload !== source.bytes || bytes !== source.byteCount || bytes !== packet.size) return false;
  if (i32.length !== window.control.count) return false;
  const isBare = type === IN_BAND_TYPE || type === ANSWER_TYPE;
  const header = isBare ? HEADER : sizeOfHeader(typ);
  const at = offset.nextIn;
  const totalBytes = (header + bytes + FOOTER + 7) & ~7;
  const limit = inner.writableLimitBytes;
  // In this order: past the limit the 32-bit arithmetic above means nothing.
  if (bytes > limit || totalBytes > limit) return false;
  // This way round, so that an offset that is none is refused as well.
  if (!(totalBytes <= free(inner.size, at, offset.cachedOut))) return false;
  const word = window.locate(at, totalBytes);
  if (word < 0) return false;

  const footer = word + ((totalBytes - FOOTER) >> 2);
  i32[word] = firstWord(type, header);
  i32[word + 1] = secondWord(totalBytes - FOOTER, typ === REQUEST || !isBare ? ANSWER_WANTED : 0);
  i32[word + 2] = id;
  i32[word + 3] = 0;
  if ((bytes & 7) !== 0) {
    i32[footer - 2] = 0;
    i32[footer - 1] = 0;
  }
  i32[footer] = 0;
  i32[footer + 1] = at;
  if (!isBare) {
    putExtended(i32, word + (HEADER >> 2), typ);
    // What ranges do that are asked for their offset is not known.
    if (payload.length !== bytes) return false;
  }
  const payloadWord = word + (header >> 2);
  const { wide, address } = source;
  const { calls } = window.control;
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
