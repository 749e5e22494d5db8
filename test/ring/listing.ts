import { crc32 } from 'node:zlib';
import {
  type IncomingOffset,
  type IncomingPacket,
  type IncomingRing,
  readGpaRanges,
  readTransferPageRanges,
} from '../../src/index.ts';
import type { ListedPacket, ListedRange, ListedType } from '../support/contract.ts';

/** One packet of a ring as a listing has it, and the payload itself. */
export interface DecodedPacket {
  readonly listed: ListedPacket;
  readonly payload: Uint8Array;
}

/** The CRC-32 of `bytes`, as listings write it. */
export function listedCrc32(bytes: Uint8Array): string {
  return crc32(bytes).toString(16).padStart(8, '0');
}

function listedTypeOf(packet: IncomingPacket): ListedType {
  switch (packet.typ.kind) {
    case 'InBand':
      return packet.completionRequested ? 'inband_c' : 'inband';
    case 'Completion':
      return 'comp';
    case 'GpaDirect':
      return 'gpa';
    default:
      return 'xfer';
  }
}

function listedRanges(ring: IncomingRing, packet: IncomingPacket): ListedRange[] {
  switch (packet.typ.kind) {
    case 'GpaDirect':
      return Array.from(readGpaRanges(ring, packet), (range) => ({
        length: range.length,
        offset: range.offset(),
        pages: [...range.gpns()],
      }));
    case 'TransferPages':
      return readTransferPageRanges(ring, packet).map(({ byteCount, byteOffset }) => ({
        length: byteCount,
        offset: byteOffset,
        pages: [],
      }));
    default:
      return [];
  }
}

/** A packet as a listing has it, all of it read through the public methods. */
export function decodePacket(ring: IncomingRing, packet: IncomingPacket, index: number): DecodedPacket {
  const payload = packet.payload.reader(ring).readAll();
  const { typ, transactionId } = packet;
  const listed: ListedPacket = {
    index,
    type: listedTypeOf(packet),
    transactionId,
    payloadBytes: payload.length,
    crc32: listedCrc32(payload),
    setId: typ.kind === 'TransferPages' ? typ.transferPageSetId : null,
    ranges: listedRanges(ring, packet),
  };
  return { listed, payload };
}

/** Reads all packets from `offset` on, without committing. They are counted from `firstIndex` on. */
export function decodeRing(ring: IncomingRing, offset: IncomingOffset, firstIndex: number): DecodedPacket[] {
  const packets: DecodedPacket[] = [];
  for (let packet = ring.read(offset); packet !== null; packet = ring.read(offset)) {
    packets.push(decodePacket(ring, packet, firstIndex + packets.length));
  }
  return packets;
}
