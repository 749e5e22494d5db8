/** A packet as the tests think of it: what is to travel, and nothing of how. */

export interface GpaRangeSpec {
  readonly byteCount: number;
  readonly byteOffset: number;
  readonly pageNumbers: readonly bigint[];
}

export interface TransferRangeSpec {
  readonly byteCount: number;
  readonly byteOffset: number;
}

export type PacketKindSpec =
  | { readonly kind: 'InBandNoCompletion' | 'InBandWithCompletion' | 'Completion' }
  | { readonly kind: 'GpaDirect'; readonly ranges: readonly GpaRangeSpec[] }
  | { readonly kind: 'TransferPages'; readonly setId: number; readonly ranges: readonly TransferRangeSpec[] };

export interface PacketSpec {
  readonly typ: PacketKindSpec;
  readonly transactionId: bigint;
  /** The exact payload, without padding. */
  readonly payload: Uint8Array<ArrayBuffer>;
}

export const PACKET_KINDS = [
  'InBandNoCompletion',
  'InBandWithCompletion',
  'Completion',
  'GpaDirect',
  'TransferPages',
] as const;

export type PacketKindName = (typeof PACKET_KINDS)[number];
