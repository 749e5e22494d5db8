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
import { IncomingPacket } from './incoming-packet.ts';
import type { InnerRing } from './inner-ring.ts';

const EXTENDED_START8 = (DESCRIPTOR_SIZE + EXTENDED_HEADER_SIZE) / 8;

/**
 * Reads the packet at ring offset `offset`, of which `available` bytes (a non-zero multiple of 8) are the reader's.
 *
 * Each word of the header is read once, and only what was read is checked and used. The checks are those of the crate, in
 * its order, and: the footer counts in the length, and transfer page ranges have to fit in their header. What the footer
 * holds is not looked at. Throws a {@link VmbusRingError} where the packet is none.
 */
export function parsePacket(ring: InnerRing, offset: number, available: number): IncomingPacket {
  if (available < MINIMUM_PACKET_SIZE) throw corrupt(ring, 'InvalidDataAvailable', offset, `${available} bytes`);
  const { window } = ring;
  const word = window === null ? -1 : window.locate(offset, DESCRIPTOR_SIZE);
  if (window === null || word < 0) {
    const staged = ring.stageDescriptor(offset);
    return parseWords(ring, offset, available, staged[0]!, staged[1]!, staged[2]!, staged[3]!);
  }
  const { i32 } = window;
  return parseWords(ring, offset, available, i32[word]!, i32[word + 1]!, i32[word + 2]!, i32[word + 3]!);
}

function parseWords(
  ring: InnerRing,
  offset: number,
  available: number,
  typeAndOffset: number,
  lengthAndFlags: number,
  idLow: number,
  idHigh: number,
): IncomingPacket {
  const packetType = typeAndOffset & 0xffff;
  const dataOffset8 = typeAndOffset >>> 16;
  const length8 = lengthAndFlags & 0xffff;
  const flags = lengthAndFlags >>> 16;
  if (length8 < dataOffset8 || dataOffset8 < DESCRIPTOR_SIZE / 8 || length8 * 8 + FOOTER_SIZE > available) {
    const detail = `data offset ${dataOffset8 * 8}, length ${length8 * 8}, ${available} bytes with the footer`;
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
    if (dataOffset8 < EXTENDED_START8) {
      throw corrupt(ring, 'InvalidDescriptorLengths', offset, `data offset ${dataOffset8 * 8} in an extended packet`);
    }
    const staged = ring.stageUnit(offset + DESCRIPTOR_SIZE);
    extended0 = staged[0]!;
    extended1 = staged[1]!;
    checkRangeCount(ring, offset, packetType, extended1 >>> 0, dataOffset8 - EXTENDED_START8);
  }
  return new IncomingPacket(offset, typeAndOffset, lengthAndFlags, idLow, idHigh, extended0, extended1);
}

/** `units` is how many 8-byte units the header has behind its fixed part. */
function checkRangeCount(ring: InnerRing, offset: number, packetType: number, count: number, units: number): void {
  if (packetType === PACKET_TYPE_GPA_DIRECT) {
    if (count === 0) throw corrupt(ring, 'InvalidDescriptorGpaDirectRangeCount', offset, '0 ranges');
  } else if (count > units) {
    throw corrupt(ring, 'InvalidDescriptorLengths', offset, `${count} ranges in a header with room for ${units}`);
  }
}

/** A buffer that was detached or cut reads as zeros, and those look like a corrupt packet: say what it really is. */
function corrupt(ring: InnerRing, code: VmbusRingErrorCode, offset: number, detail: string): VmbusRingError {
  ring.control.checkAlive();
  return new VmbusRingError(code, offset, detail);
}
