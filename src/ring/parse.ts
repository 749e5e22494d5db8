import {
  DESCRIPTOR_SIZE,
  EXTENDED_HEADER_SIZE,
  FOOTER_SIZE,
  MINIMUM_PACKET_SIZE,
  PACKET_FLAG_COMPLETION_REQUESTED,
  PACKET_TYPE_COMPLETION,
  PACKET_TYPE_GPA_DIRECT,
  PACKET_TYPE_IN_BAND,
  PACKET_TYPE_TRANSFER_PAGES,
} from '../wire/descriptor.ts';
import { VmbusRingError, type VmbusRingErrorCode } from '../wire/ring-error.ts';
import { describedSizeIn, flagsIn, packetTypeIn, payloadStartIn } from '../wire/descriptor-words.ts';
import { TRANSFER_PAGE_RANGE_SIZE } from '../wire/transfer-page-range.ts';
import type { PacketWords } from './incoming-packet.ts';
import type { InnerRing } from './inner-ring.ts';

/**
 * Reads the packet at ring offset `offset` into `packet`, of which `availableBytes` bytes (a non-zero multiple of 8) are the reader's.
 *
 * Each word of the header is read once, and only what was read is checked and used. The checks are those of the crate, in
 * its order, and: the footer counts in the length, and transfer page ranges have to fit in their header. What the footer
 * holds is not looked at. Throws a {@link VmbusRingError} where the packet is none.
 */
export function parsePacket(ring: InnerRing, offset: number, availableBytes: number, packet: PacketWords): void {
  if (availableBytes < MINIMUM_PACKET_SIZE)
    throw corrupt(ring, 'InvalidDataAvailable', offset, `${availableBytes} bytes`);
  const staged = ring.stageDescriptor(offset);
  const typeAndOffset = staged[0]!;
  const lengthAndFlags = staged[1]!;
  const idLow = staged[2]!;
  const idHigh = staged[3]!;
  const packetType = packetTypeIn(typeAndOffset);
  const payloadStart = payloadStartIn(typeAndOffset);
  const described = describedSizeIn(lengthAndFlags);
  const flags = flagsIn(lengthAndFlags);
  if (described < payloadStart || payloadStart < DESCRIPTOR_SIZE || described + FOOTER_SIZE > availableBytes) {
    const detail = `data offset ${payloadStart}, length ${described}, ${availableBytes} bytes with the footer`;
    throw corrupt(ring, 'InvalidDescriptorLengths', offset, detail);
  }
  if ((flags & ~PACKET_FLAG_COMPLETION_REQUESTED) !== 0) {
    throw corrupt(ring, 'InvalidDescriptorFlags', offset, `0x${flags.toString(16)}`);
  }
  let extended0 = 0;
  let extended1 = 0;
  if (packetType !== PACKET_TYPE_IN_BAND && packetType !== PACKET_TYPE_COMPLETION) {
    if (packetType !== PACKET_TYPE_GPA_DIRECT && packetType !== PACKET_TYPE_TRANSFER_PAGES) {
      throw corrupt(ring, 'InvalidDescriptorType', offset, `0x${packetType.toString(16)}`);
    }
    const listBytes = payloadStart - DESCRIPTOR_SIZE - EXTENDED_HEADER_SIZE;
    if (listBytes < 0) {
      throw corrupt(ring, 'InvalidDescriptorLengths', offset, `data offset ${payloadStart}`);
    }
    ring.stageUnit(offset + DESCRIPTOR_SIZE);
    extended0 = staged[0]!;
    extended1 = staged[1]!;
    checkRangeCount(ring, offset, packetType, extended1 >>> 0, listBytes);
  }
  packet.offset = offset;
  packet.word0 = typeAndOffset;
  packet.word1 = lengthAndFlags;
  packet.idLow = idLow;
  packet.idHigh = idHigh;
  packet.extended0 = extended0;
  packet.extended1 = extended1;
}

/** `listBytes` is how many bytes the header has behind its fixed part. */
function checkRangeCount(ring: InnerRing, offset: number, packetType: number, count: number, listBytes: number): void {
  if (packetType === PACKET_TYPE_GPA_DIRECT) {
    if (count === 0) throw corrupt(ring, 'InvalidDescriptorGpaDirectRangeCount', offset, '0 ranges');
  } else if (count * TRANSFER_PAGE_RANGE_SIZE > listBytes) {
    throw corrupt(ring, 'InvalidDescriptorLengths', offset, `${count} ranges in ${listBytes} bytes of header`);
  }
}

/** A buffer that was detached or cut reads as zeros, and those look like a corrupt packet: say what it really is. */
function corrupt(ring: InnerRing, code: VmbusRingErrorCode, offset: number, detail: string): VmbusRingError {
  ring.control.checkAlive();
  return new VmbusRingError(code, offset, detail);
}
