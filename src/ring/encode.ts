import type { PagedRange } from '../gpa/paged-range.ts';
import { DESCRIPTOR_SIZE, EXTENDED_HEADER_SIZE } from '../wire/descriptor.ts';
import { PAGE_SIZE } from '../wire/page.ts';
import type { TransferPageRange } from '../wire/transfer-page-range.ts';
import type { InnerRing } from './inner-ring.ts';
import type { OutgoingPacketType } from './outgoing-packet.ts';
import { splitU64 } from './split-u64.ts';

/**
 * Writes the header of a packet to ring offset `offset`, its footer, and zeros where the padding will be. Everything was
 * checked before: plain stores only, which the commit publishes.
 *
 * `headerBytes` runs from the start of the packet to its payload of `payloadBytes`.
 */
export function encodePacket(
  ring: InnerRing,
  offset: number,
  typeAndFlags: number,
  headerBytes: number,
  payloadBytes: number,
  id: Int32Array,
): void {
  const described = headerBytes + ((payloadBytes + 7) & ~7);
  const first = (typeAndFlags & 0xffff) | ((headerBytes >> 3) << 16);
  const second = (described >> 3) | ((typeAndFlags >>> 16) << 16);
  const { window } = ring;
  if (window === null) {
    ring.putUnit(offset, first, second);
    ring.putUnit(offset + 8, id[0]!, id[1]!);
  } else {
    const { i32 } = window;
    const word = window.wordAt(offset);
    const idWord = (offset & (PAGE_SIZE - 1)) === PAGE_SIZE - 8 ? window.wordAt(offset + 8) : word + 2;
    i32[word] = first;
    i32[word + 1] = second;
    i32[idWord] = id[0]!;
    i32[idWord + 1] = id[1]!;
  }
  // The last unit of the payload, before the caller writes the rest of it: what it leaves are zeros.
  if ((payloadBytes & 7) !== 0) ring.putUnit(offset + described - 8, 0, 0);
  ring.putUnit(offset + described, 0, offset);
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
    ring.putUnit(at, range.length, range.offset());
    at += 8;
    for (const gpn of range.gpns()) {
      const words = splitU64('a page number', gpn);
      ring.putUnit(at, words[0]!, words[1]!);
      at += 8;
    }
  }
}

function encodeTransferRanges(ring: InnerRing, start: number, ranges: readonly TransferPageRange[]): void {
  let at = start;
  for (const range of ranges) {
    ring.putUnit(at, range.byteCount, range.byteOffset);
    at += 8;
  }
}
