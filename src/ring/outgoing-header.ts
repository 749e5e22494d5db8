import {
  DESCRIPTOR_SIZE,
  EXTENDED_HEADER_SIZE,
  PACKET_FLAG_COMPLETION_REQUESTED,
  PACKET_TYPE_COMPLETION,
  PACKET_TYPE_GPA_DIRECT,
  PACKET_TYPE_IN_BAND,
  PACKET_TYPE_TRANSFER_PAGES,
} from '../wire/descriptor.ts';
import { PAGE_SIZE } from '../wire/page.ts';
import { InvalidPacketError } from '../wire/ring-error.ts';
import { TRANSFER_PAGE_RANGE_SIZE } from '../wire/transfer-page-range.ts';
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

/** Whether packets of this type have a list of ranges. */
export function hasExtendedHeader(typeFlags: number): boolean {
  const packetType = typeFlags & 0xffff;
  return packetType === PACKET_TYPE_GPA_DIRECT || packetType === PACKET_TYPE_TRANSFER_PAGES;
}

/**
 * Bytes from the start of the packet to its payload: exactly as many as the ranges take. Checks all that the ranges say,
 * so that nothing is refused once writing has begun.
 */
export function extendedHeaderSize(typ: OutgoingPacketType): number {
  switch (typ.kind) {
    case 'GpaDirect':
      return DESCRIPTOR_SIZE + EXTENDED_HEADER_SIZE + gpaListSize(typ);
    case 'TransferPages':
      return DESCRIPTOR_SIZE + EXTENDED_HEADER_SIZE + transferListSize(typ);
    default:
      return DESCRIPTOR_SIZE;
  }
}

function gpaListSize(typ: OutgoingPacketType & { kind: 'GpaDirect' }): number {
  if (typ.ranges.length === 0) {
    throw new InvalidPacketError('InvalidDescriptorGpaDirectRangeCount', 'at least one range is needed');
  }
  let bytes = 0;
  for (const range of typ.ranges) {
    // The peer would refuse both (gparange's EmptyByteCount and Overflow).
    if (range.isEmpty) throw new RangeError('a range of a GPA-direct packet must not be empty');
    if (range.offset() + range.length > U32_MAX - (PAGE_SIZE - 1)) {
      throw new RangeError(`a range of ${range.length} bytes does not fit in 32 bits`);
    }
    bytes += 8 + Math.ceil((range.offset() + range.length) / PAGE_SIZE) * 8;
  }
  return bytes;
}

function transferListSize(typ: OutgoingPacketType & { kind: 'TransferPages' }): number {
  const { transferPageSetId } = typ;
  checkUnsigned('transferPageSetId', transferPageSetId, 0xffff);
  for (const { byteCount, byteOffset } of typ.ranges) {
    checkUnsigned('byteCount', byteCount, U32_MAX);
    checkUnsigned('byteOffset', byteOffset, U32_MAX);
  }
  return typ.ranges.length * TRANSFER_PAGE_RANGE_SIZE;
}
