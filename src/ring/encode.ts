import { pageCount } from '../gpa/page-count.ts';
import type { PagedRange } from '../gpa/paged-range.ts';
import { DESCRIPTOR_SIZE, EXTENDED_HEADER_SIZE, FOOTER_SIZE } from '../wire/descriptor.ts';
import { lengthAndFlagsWord, typeAndOffsetWord } from '../wire/descriptor-words.ts';
import type { TransferPageRange } from '../wire/transfer-page-range.ts';
import type { InnerRing } from './inner-ring.ts';
import type { OutgoingPacketType } from './outgoing-packet.ts';

/**
 * Writes the descriptor and the footer of a packet of `totalBytes` bytes to ring offset `offset`, and zeros where the padding
 * will be. Everything was checked before: plain stores only, which the commit publishes.
 *
 * `headerBytes` runs from the start of the packet to its payload of `payloadBytes`.
 */
export function encodePacket(
  ring: InnerRing,
  offset: number,
  totalBytes: number,
  typeAndFlags: number,
  headerBytes: number,
  payloadBytes: number,
  idLow: number,
  idHigh: number,
): void {
  const described = totalBytes - FOOTER_SIZE;
  const footer = offset + described;
  ring.putUnit(
    offset,
    typeAndOffsetWord(typeAndFlags & 0xffff, headerBytes),
    lengthAndFlagsWord(described, typeAndFlags >>> 16),
  );
  ring.putUnit(offset + 8, idLow, idHigh);
  // The last unit of the payload, before the caller writes the rest of it: what it leaves are zeros.
  if ((payloadBytes & 7) !== 0) ring.putUnit(footer - 8, 0, 0);
  ring.putUnit(footer, 0, offset);
}

/** Writes the extended header of a packet that has one, behind the descriptor at ring offset `offset`. */
export function encodeExtendedHeader(ring: InnerRing, offset: number, typ: OutgoingPacketType): void {
  const fixed = offset + DESCRIPTOR_SIZE;
  const list = fixed + EXTENDED_HEADER_SIZE;
  if (typ.kind === 'GpaDirect') {
    ring.putUnit(fixed, 0, typ.ranges.length);
    encodeGpaRanges(ring, list, typ.ranges);
  } else if (typ.kind === 'TransferPages') {
    ring.putUnit(fixed, typ.transferPageSetId, typ.ranges.length);
    encodeTransferRanges(ring, list, typ.ranges);
  }
}

function encodeGpaRanges(ring: InnerRing, start: number, ranges: readonly PagedRange[]): void {
  let at = start;
  for (const range of ranges) {
    const offset = range.offset();
    const { length } = range;
    const pages = pageCount(offset, length);
    const words = range.gpnWords();
    ring.putUnit(at, length, offset);
    at += 8;
    for (let i = 0; i < pages; i++) {
      ring.putUnit(at, words[2 * i]!, words[2 * i + 1]!);
      at += 8;
    }
  }
}

function encodeTransferRanges(ring: InnerRing, start: number, ranges: readonly TransferPageRange[]): void {
  let at = start;
  for (const { byteCount, byteOffset } of ranges) {
    ring.putUnit(at, byteCount, byteOffset);
    at += 8;
  }
}
