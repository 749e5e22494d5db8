import {
  DESCRIPTOR_SIZE,
  EXTENDED_HEADER_SIZE,
  PACKET_FLAG_COMPLETION_REQUESTED,
  PACKET_TYPE_COMPLETION,
  PACKET_TYPE_GPA_DIRECT,
  PACKET_TYPE_IN_BAND,
  PACKET_TYPE_TRANSFER_PAGES,
} from '../wire/descriptor.ts';
import type { PagedRange } from '../gpa/paged-range.ts';
import { MAXIMUM_RANGE_END, pageCount } from '../gpa/page-count.ts';
import { InvalidPacketError } from '../wire/ring-error.ts';
import { TRANSFER_PAGE_RANGE_SIZE, type TransferPageRange } from '../wire/transfer-page-range.ts';
import { checkUnsigned } from '../wire/unsigned.ts';
import type { OutgoingPacketType } from './outgoing-packet.ts';

const U32_MAX = 0xffff_ffff;

/** Packet type in the low half, flags in the high half. A `TypeError` for a kind that does not exist. */
export function typeAndFlags(typ: OutgoingPacketType): number {
  const completion = PACKET_FLAG_COMPLETION_REQUESTED << 16;
  switch (typ.kind) {
    case 'InBandNoCompletion':
      return PACKET_TYPE_IN_BAND;
    case 'InBandWithCompletion':
      return PACKET_TYPE_IN_BAND | completion;
    case 'Completion':
      return PACKET_TYPE_COMPLETION;
    case 'GpaDirect':
      return PACKET_TYPE_GPA_DIRECT | completion;
    case 'TransferPages':
      return PACKET_TYPE_TRANSFER_PAGES | completion;
    default:
      throw new TypeError(`unknown packet kind ${String((typ as { kind?: unknown }).kind)}`);
  }
}

/**
 * Bytes from the start of the packet to its payload: exactly as many as the ranges take. Checks all that the ranges say,
 * so that nothing is refused once writing has begun.
 */
export function headerSize(typ: OutgoingPacketType): number {
  if (typ.kind !== 'GpaDirect' && typ.kind !== 'TransferPages') return DESCRIPTOR_SIZE;
  // A list of another kind may well be iterable, and have no length that could be written.
  if (!Array.isArray(typ.ranges)) throw new TypeError('ranges must be an array');
  const listBytes =
    typ.kind === 'GpaDirect' ? gpaListSize(typ.ranges) : transferListSize(typ.transferPageSetId, typ.ranges);
  return DESCRIPTOR_SIZE + EXTENDED_HEADER_SIZE + listBytes;
}

function gpaListSize(ranges: readonly PagedRange[]): number {
  if (ranges.length === 0) {
    throw new InvalidPacketError('InvalidDescriptorGpaDirectRangeCount', 'at least one range is needed');
  }
  let bytes = 0;
  for (const range of ranges) {
    const offset = range.offset();
    const { length } = range;
    const pages = pageCount(offset, length);
    // The peer would refuse all of them (gparange's EmptyByteCount, Overflow and RangeTooSmall). There are too few page
    // numbers where their buffer was cut.
    if (!length || !(offset + length <= MAXIMUM_RANGE_END) || range.gpnWords().length < 2 * pages) {
      throw new RangeError(`a range of ${length} bytes at ${offset} cannot be sent`);
    }
    bytes += 8 + pages * 8;
  }
  return bytes;
}

function transferListSize(transferPageSetId: number, ranges: readonly TransferPageRange[]): number {
  checkUnsigned('transferPageSetId', transferPageSetId, 0xffff);
  for (const { byteCount, byteOffset } of ranges) {
    checkUnsigned('byteCount', byteCount, U32_MAX);
    checkUnsigned('byteOffset', byteOffset, U32_MAX);
  }
  return ranges.length * TRANSFER_PAGE_RANGE_SIZE;
}
