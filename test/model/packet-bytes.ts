import type { PacketSpec } from './packet-spec.ts';

/**
 * A packet's bytes, one after the other, straight from the tables of the protocol. Shares no line with `src/`: the two can
 * only agree if both are right, or wrong in the same way by accident.
 */
export interface PacketImage {
  /** Descriptor and extended header. */
  readonly header: readonly number[];
  /** Payload, padded with zeros to a multiple of 8. */
  readonly payload: readonly number[];
  readonly footer: readonly number[];
}

/** Bytes of a packet on the ring, and of its parts. */
export interface PacketExtent {
  readonly headerBytes: number;
  readonly paddedPayloadBytes: number;
  /** Header, padded payload and footer. */
  readonly totalBytes: number;
}

const TYPE_NUMBERS = {
  InBandNoCompletion: 6,
  InBandWithCompletion: 6,
  TransferPages: 7,
  GpaDirect: 9,
  Completion: 11,
} as const;

/** `value` as `count` bytes, low byte first. */
function littleEndian(value: number, count: number): number[] {
  const bytes: number[] = [];
  for (let rest = value, i = 0; i < count; i++) {
    bytes.push(rest % 256);
    rest = Math.floor(rest / 256);
  }
  return bytes;
}

function littleEndian64(value: bigint): number[] {
  const bytes: number[] = [];
  for (let rest = value, i = 0; i < 8; i++) {
    bytes.push(Number(rest % 256n));
    rest /= 256n;
  }
  return bytes;
}

function extendedHeader(spec: PacketSpec): number[] {
  const { typ } = spec;
  if (typ.kind === 'GpaDirect') {
    const bytes = [...littleEndian(0, 4), ...littleEndian(typ.ranges.length, 4)];
    for (const range of typ.ranges) {
      bytes.push(...littleEndian(range.byteCount, 4), ...littleEndian(range.byteOffset, 4));
      for (const number of range.pageNumbers) bytes.push(...littleEndian64(number));
    }
    return bytes;
  }
  if (typ.kind === 'TransferPages') {
    const bytes = [...littleEndian(typ.setId, 2), ...littleEndian(0, 2), ...littleEndian(typ.ranges.length, 4)];
    for (const range of typ.ranges) {
      bytes.push(...littleEndian(range.byteCount, 4), ...littleEndian(range.byteOffset, 4));
    }
    return bytes;
  }
  return [];
}

export function packetExtent(spec: PacketSpec): PacketExtent {
  const headerBytes = 16 + extendedHeader(spec).length;
  const padding = (8 - (spec.payload.length % 8)) % 8;
  const paddedPayloadBytes = spec.payload.length + padding;
  return { headerBytes, paddedPayloadBytes, totalBytes: headerBytes + paddedPayloadBytes + 8 };
}

/** The bytes of a packet that begins at ring offset `ringOffset`. */
export function packetImage(spec: PacketSpec, ringOffset: number): PacketImage {
  const { headerBytes, paddedPayloadBytes } = packetExtent(spec);
  const { kind } = spec.typ;
  const completionRequested = kind !== 'InBandNoCompletion' && kind !== 'Completion';
  const payload = Array.from(spec.payload);
  while (payload.length < paddedPayloadBytes) payload.push(0);
  return {
    header: [
      ...littleEndian(TYPE_NUMBERS[kind], 2),
      ...littleEndian(headerBytes / 8, 2),
      ...littleEndian((headerBytes + paddedPayloadBytes) / 8, 2),
      ...littleEndian(completionRequested ? 1 : 0, 2),
      ...littleEndian64(spec.transactionId),
      ...extendedHeader(spec),
    ],
    payload,
    footer: [...littleEndian(0, 4), ...littleEndian(ringOffset, 4)],
  };
}
