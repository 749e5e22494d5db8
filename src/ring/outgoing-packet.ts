import type { PagedRange } from '../gpa/paged-range.ts';
import type { TransferPageRange } from '../wire/transfer-page-range.ts';

/** The kinds of packet that can be sent. Source: OpenVMM `vmbus_ring::OutgoingPacketType`. */
export type OutgoingPacketType =
  /** Data that nobody answers. */
  | { readonly kind: 'InBandNoCompletion' }
  /** Data, and the peer is to answer with a completion. */
  | { readonly kind: 'InBandWithCompletion' }
  /** The answer to a packet that asked for one, with its transaction id. */
  | { readonly kind: 'Completion' }
  /** Data, and ranges of the sender's memory. At least one, none of them empty. The peer is to answer. */
  | { readonly kind: 'GpaDirect'; readonly ranges: readonly PagedRange[] }
  /** Data, and ranges in a set of pages that both sides know by its 16-bit id. The peer is to answer. */
  | {
      readonly kind: 'TransferPages';
      readonly transferPageSetId: number;
      readonly ranges: readonly TransferPageRange[];
    };

/** The kinds without ranges as values, those with ranges as functions: as the crate's enum reads. */
export const OutgoingPacketType: {
  readonly InBandNoCompletion: OutgoingPacketType;
  readonly InBandWithCompletion: OutgoingPacketType;
  readonly Completion: OutgoingPacketType;
  GpaDirect(ranges: readonly PagedRange[]): OutgoingPacketType;
  TransferPages(transferPageSetId: number, ranges: readonly TransferPageRange[]): OutgoingPacketType;
} = {
  InBandNoCompletion: Object.freeze({ kind: 'InBandNoCompletion' }),
  InBandWithCompletion: Object.freeze({ kind: 'InBandWithCompletion' }),
  Completion: Object.freeze({ kind: 'Completion' }),
  GpaDirect: (ranges) => ({ kind: 'GpaDirect', ranges }),
  TransferPages: (transferPageSetId, ranges) => ({ kind: 'TransferPages', transferPageSetId, ranges }),
};

/** A packet to be sent, but for its payload. Source: OpenVMM `vmbus_ring::OutgoingPacket`. */
export interface OutgoingPacket {
  /**
   * 0 to 2^64 - 1; a number will do up to 2^53 - 1, and is faster. Written in any case; the peer looks at it where the
   * packet asks for a completion or is one. Hyper-V does not answer the id 0.
   */
  readonly transactionId: bigint | number;

  /** Bytes of payload, 0 to what the ring and the format hold. The peer sees the next multiple of 8. */
  readonly size: number;

  readonly typ: OutgoingPacketType;
}
