import { checkBytes } from '../memory/byte-arrays.ts';
import { DESCRIPTOR_SIZE, FOOTER_SIZE, MAXIMUM_DESCRIBED_SIZE } from '../wire/descriptor.ts';
import { MAXIMUM_PIPE_PACKET_SIZE, PipeHeader } from '../wire/pipe-header.ts';

/** What every packet takes on the ring, however little it carries. */
const BARE_PACKET_SIZE: number = DESCRIPTOR_SIZE + FOOTER_SIZE;

/** How the payloads of a pipe lie in its packets. */
export interface Framing {
  /** Whether a pipe header, with the exact length, comes before each payload. */
  readonly framed: boolean;
}

/** A byte pipe has lengths: padding is no part of the stream. */
export const BYTE_FRAMING: Framing = { framed: true };

/** Bytes of the largest payload that a ring with `ringBytes` of data carries. */
export function payloadLimit({ framed }: Framing, ringBytes: number): number {
  const ringLimit = Math.min(ringBytes - 8 - BARE_PACKET_SIZE, MAXIMUM_DESCRIBED_SIZE - DESCRIPTOR_SIZE);
  return framed ? Math.min(MAXIMUM_PIPE_PACKET_SIZE, ringLimit - PipeHeader.SIZE) : ringLimit;
}

/** Bytes that a payload of `payloadBytes` takes on the ring, with all that is around it. */
export function framedSize({ framed }: Framing, payloadBytes: number): number {
  return BARE_PACKET_SIZE + Math.ceil((payloadBytes + (framed ? PipeHeader.SIZE : 0)) / 8) * 8;
}

/** `bytes`, if they are a Uint8Array, of whatever realm; else throws a `TypeError`. */
export function checkedBytes(bytes: Uint8Array): Uint8Array {
  checkBytes(bytes);
  return bytes;
}
