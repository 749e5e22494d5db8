import { readTransferPageRanges } from '../external/external-ranges.ts';
import type { MultiPagedRangeBuf } from '../gpa/multi-paged-range-buf.ts';
import type { TransferPageRange } from '../wire/transfer-page-range.ts';
import type { PacketRef } from './packet-ref.ts';
import type { ReadHalf } from './read-half.ts';

/** What the peer wants: a copy of its packet, which the peer cannot change any more. */
export interface IncomingRequest {
  /** The payload: exactly as it was sent, or padded with zeros to a multiple of 8 bytes on a raw channel. */
  readonly payload: Uint8Array<ArrayBuffer>;
  /** What the answer will be sent with; `null` where the peer wants none. */
  readonly transactionId: bigint | null;
  /** Whether the peer waits for an answer. If not, what the handler returns is not sent. */
  readonly completionRequested: boolean;
  /** The packet's kind. */
  readonly kind: 'InBand' | 'GpaDirect' | 'TransferPages';
  /**
   * The ranges of the sender's memory that a GPA-direct packet names, valid in themselves; else `null`. Whether the guest has that
   * memory is not known yet: `readExternalData` and `writeExternalData` find out.
   */
  readonly externalRanges: MultiPagedRangeBuf | null;
  /** The id of the set of pages that a transfer-page packet refers to; else `null`. */
  readonly transferBufferId: number | null;
  /** The ranges of a transfer-page packet, not checked against the set: `resolveTransferRanges` does that. Else none. */
  readonly transferRanges: readonly TransferPageRange[];
  /** Aborted when the answer is not wanted any more: the peer is gone, the channel closed, or serving is over. */
  readonly signal: AbortSignal;
}

/** All of a request but its signal, which belongs to whoever serves. */
export type RequestData = Omit<IncomingRequest, 'signal'>;

const NO_RANGES: readonly TransferPageRange[] = Object.freeze([]);

/** Copies a request out of the ring. Throws a `GpaRangeError` where its ranges are not valid. */
export function requestData(half: ReadHalf, ref: PacketRef, payload: Uint8Array<ArrayBuffer>): RequestData {
  const { packet } = ref;
  const { kind } = packet.typ;
  return {
    payload,
    transactionId: packet.transactionId,
    completionRequested: packet.completionRequested,
    kind: kind === 'GpaDirect' || kind === 'TransferPages' ? kind : 'InBand',
    externalRanges: kind === 'GpaDirect' ? ref.readExternalRanges() : null,
    transferBufferId: ref.transferBufferId,
    transferRanges: kind === 'TransferPages' ? readTransferPageRanges(half.ring, packet) : NO_RANGES,
  };
}
