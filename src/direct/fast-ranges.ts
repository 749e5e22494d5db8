import { copyWords } from '../memory/copy-words.ts';
import { pageCount } from '../gpa/page-count.ts';
import {
  DESCRIPTOR_SIZE,
  EXTENDED_HEADER_SIZE,
  PACKET_TYPE_GPA_DIRECT,
  PACKET_TYPE_TRANSFER_PAGES,
} from '../wire/descriptor.ts';
import { TRANSFER_PAGE_RANGE_SIZE } from '../wire/transfer-page-range.ts';
import type { PacketWords } from '../ring/incoming-packet.ts';
import type { OutgoingPacketType } from '../ring/outgoing-packet.ts';

// As in fast-read.ts: compiled in, not looked up.
const LIST = DESCRIPTOR_SIZE + EXTENDED_HEADER_SIZE;
const TRANSFER_RANGE = TRANSFER_PAGE_RANGE_SIZE;
const GPA_DIRECT = PACKET_TYPE_GPA_DIRECT;
const TRANSFER_PAGES = PACKET_TYPE_TRANSFER_PAGES;
const pages = pageCount;
const copy = copyWords;

/**
 * `encodeExtendedHeader` to a place of one piece, of `i32` from `word` up to `end`: `headerSize` has looked at all of it. False where the list is
 * longer now, by what its ranges do when they are asked: nothing was written past `end`.
 */
export function putExtendedHeader(i32: Int32Array, word: number, end: number, typ: OutgoingPacketType): boolean {
  if (typ.kind === 'GpaDirect') {
    const { ranges } = typ;
    i32[word] = 0;
    i32[word + 1] = ranges.length;
    let at = word + 2;
    for (const range of ranges) {
      const { length } = range;
      const offset = range.offset();
      const words = 2 * pages(offset, length);
      if (!(at + 2 + words <= end)) return false;
      i32[at] = length;
      i32[at + 1] = offset;
      copy(i32, at + 2, range.gpnWords(), 0, words);
      at += 2 + words;
    }
  } else if (typ.kind === 'TransferPages') {
    const { ranges } = typ;
    i32[word] = typ.transferPageSetId;
    i32[word + 1] = ranges.length;
    let at = word + 2;
    for (const { byteCount, byteOffset } of ranges) {
      if (at >= end) return false;
      i32[at] = byteCount;
      i32[at + 1] = byteOffset;
      at += 2;
    }
  }
  return true;
}

/**
 * Takes the extended header of a packet of this type into `packet`, with the checks that `parsePacket` makes of it: false where it has none
 * or a wrong one. `word` of `i32` is where it begins, `start` the bytes from the start of the packet to its payload.
 */
export function takeExtendedHeader(
  type: number,
  i32: Int32Array,
  word: number,
  start: number,
  packet: PacketWords,
): boolean {
  // Not even read where there is no room for it.
  if (start < LIST) return false;
  const fixed = i32[word]!;
  const count = i32[word + 1]! >>> 0;
  if (type === GPA_DIRECT) {
    if (count === 0) return false;
  } else if (type !== TRANSFER_PAGES || count * TRANSFER_RANGE > start - LIST) {
    return false;
  }
  packet.extended0 = fixed;
  packet.extended1 = count;
  return true;
}
