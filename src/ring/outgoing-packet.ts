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
  /**
   * Data, and ranges of the sender's memory. At least one, none of them empty. The peer is to answer. From the guest to the
   * host only: a host's memory means nothing to its guest.
   */
  | { readonly kind: 'GpaDirect'; readonly ranges: readonly PagedRange[] }
  /**
   * Data, and ranges in a set of pages that both sides know by its 16-bit id. The peer is to answer. Network devices use it;
   * new devices put such offsets in their payload.
   */
  | {
      readonly kind: 'TransferPages';
      readonly transferPageSetId: number;
      readonly ranges: readonly TransferPageRange[];
    };

/**
 * The kinds without ranges as values, those with ranges as functions: as the crate's enum reads. What the functions are
 * given is checked when the packet is written.
 *
 * @example
 * ```ts
 * import { OutgoingPacketType, PagedRange } from 'vmbus-ring';
 *
 * OutgoingPacketType.Completion.kind; // 'Completion'
 * OutgoingPacketType.GpaDirect([PagedRange.of(0, 8192, [7n, 3n])]).kind; // 'GpaDirect'
 * OutgoingPacketType.TransferPages(0xcafe, [{ byteCount: 1514, byteOffset: 2048 }]).kind; // 'TransferPages'
 * ```
 */
export const OutgoingPacketType: {
  /** Data that nobody answers. */
  readonly InBandNoCompletion: OutgoingPacketType;
  /** Data, and the peer is to answer with a completion. */
  readonly InBandWithCompletion: OutgoingPacketType;
  /** The answer to a packet that asked for one, with its transaction id. */
  readonly Completion: OutgoingPacketType;
  /** Data, and ranges of the sender's memory: at least one, none empty. The peer is to answer. */
  GpaDirect(ranges: readonly PagedRange[]): OutgoingPacketType;
  /** Data, and ranges in the set of pages with this 16-bit id. The peer is to answer. */
  TransferPages(transferPageSetId: number, ranges: readonly TransferPageRange[]): OutgoingPacketType;
} = {
  InBandNoCompletion: Object.freeze({ kind: 'InBandNoCompletion' }),
  InBandWithCompletion: Object.freeze({ kind: 'InBandWithCompletion' }),
  Completion: Object.freeze({ kind: 'Completion' }),
  GpaDirect: (ranges) => ({ kind: 'GpaDirect', ranges }),
  TransferPages: (transferPageSetId, ranges) => ({ kind: 'TransferPages', transferPageSetId, ranges }),
};

/**
 * A packet to be sent, but for its payload. Source: OpenVMM `vmbus_ring::OutgoingPacket`.
 *
 * @example
 * ```ts
 * import { FlatRingMem, type OutgoingPacket, OutgoingPacketType, OutgoingRing, PacketSize } from 'vmbus-ring';
 *
 * const packet: OutgoingPacket = { transactionId: 1n, size: 20, typ: OutgoingPacketType.InBandWithCompletion };
 * const ring = new OutgoingRing(new FlatRingMem(4096));
 * const offset = ring.outgoing();
 * ring.write(offset, packet);
 * offset.inspect().nextIn === PacketSize.inBand(20); // true
 * ```
 */
export interface OutgoingPacket {
  /**
   * 0 to 2^64 - 1; a number will do up to 2^53 - 1, and is faster. Written in any case; the peer looks at it where the
   * packet asks for a completion or is one. Hyper-V does not answer the id 0.
   */
  readonly transactionId: bigint | number;

  /** Bytes of payload, 0 to what the ring and the format hold. The peer sees the next multiple of 8. */
  readonly size: number;

  /** The kind of packet, with its ranges. */
  readonly typ: OutgoingPacketType;
}
