import type { InnerRing } from '../ring/inner-ring.ts';
import { PACKET_TYPE_COMPLETION, PACKET_TYPE_GPA_DIRECT, PACKET_TYPE_TRANSFER_PAGES } from '../wire/descriptor.ts';
import { asRing } from './as-ring.ts';
import { crc32 } from './crc32.ts';
import type { FoundPacket } from './packet-walk.ts';
import type { PacketReport, PacketTypeName, RangeReport } from './ring-report.ts';

const HEX_DIGITS = '0123456789abcdef';

/** Two hexadecimal digits a byte. */
function toHex(bytes: Uint8Array): string {
  let hex = '';
  for (let i = 0; i < bytes.length; i++) hex += HEX_DIGITS[bytes[i]! >> 4]! + HEX_DIGITS[bytes[i]! & 15]!;
  return hex;
}

/** The payload, padding included: in place if it lies in one piece, else a copy. */
function payloadOf(ring: InnerRing, found: FoundPacket): Uint8Array {
  const source = asRing(ring);
  const { payload } = found.packet;
  return payload.view(source) ?? payload.reader(source).readAll();
}

/** What a report says of a packet, with or without its payload. */
export function reportPacket(ring: InnerRing, found: FoundPacket, hex: boolean): PacketReport {
  const { packet } = found;
  const { typ } = packet;
  const payload = payloadOf(ring, found);
  const ranges = reportRanges(found);
  return {
    offset: packet.offset,
    type: typeName(packet.packetType),
    transactionId: packet.transactionId?.toString() ?? null,
    payloadLength: packet.payloadLength,
    crc32: crc32(payload).toString(16).padStart(8, '0'),
    ...(typ.kind === 'TransferPages' && { transferPageSetId: typ.transferPageSetId }),
    ...(ranges !== null && { ranges }),
    ...(hex && { payloadHex: toHex(payload) }),
  };
}

function reportRanges(found: FoundPacket): RangeReport[] | null {
  if (found.gpaRanges === null) return found.transferPageRanges?.slice() ?? null;
  return Array.from(found.gpaRanges, (range) => ({
    byteCount: range.length,
    byteOffset: range.offset(),
    pageNumbers: Array.from(range.gpns(), String),
  }));
}

function typeName(packetType: number): PacketTypeName {
  switch (packetType) {
    case PACKET_TYPE_COMPLETION:
      return 'completion';
    case PACKET_TYPE_GPA_DIRECT:
      return 'gpa-direct';
    case PACKET_TYPE_TRANSFER_PAGES:
      return 'transfer-pages';
    default:
      return 'in-band';
  }
}
