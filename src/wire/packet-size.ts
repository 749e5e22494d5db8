import { DESCRIPTOR_SIZE, EXTENDED_HEADER_SIZE, FOOTER_SIZE } from './descriptor.ts';
import { TRANSFER_PAGE_RANGE_SIZE } from './transfer-page-range.ts';
import { checkUnsigned } from './unsigned.ts';

/** Rounds up to a multiple of 8, without the 32-bit limit of the bit operators. */
function align8(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}

/**
 * How many bytes of ring a packet takes, descriptor, padding and footer included: what `setPendingSendSize` and
 * `canWrite` want to be told.
 *
 * Plain arithmetic: a size that no ring can hold is computed all the same; `OutgoingRing.write` refuses it. Arguments
 * are non-negative integers, else a `RangeError`.
 *
 * Source: OpenVMM `vmbus_ring::PacketSize`; `gpaDirect`, which the crate leaves out, after the layout of the wire.
 *
 * @example
 * ```ts
 * import { PacketSize } from 'vmbus-ring';
 *
 * PacketSize.inBand(5); // 32: 16 descriptor + 8 payload, padded + 8 footer
 * PacketSize.transferPages(2, 8); // 56
 * PacketSize.gpaDirect(1, 4, 20); // 96: one range that touches four pages
 * ```
 */
export const PacketSize = {
  /** An in-band packet with `payloadBytes` of payload. */
  inBand(payloadBytes: number): number {
    checkUnsigned('payloadBytes', payloadBytes);
    return DESCRIPTOR_SIZE + align8(payloadBytes) + FOOTER_SIZE;
  },

  /** A completion with `payloadBytes` of payload. */
  completion(payloadBytes: number): number {
    return PacketSize.inBand(payloadBytes);
  },

  /** A transfer-page packet with `rangeCount` ranges and `payloadBytes` of payload. */
  transferPages(rangeCount: number, payloadBytes: number): number {
    checkUnsigned('rangeCount', rangeCount);
    return PacketSize.inBand(payloadBytes) + EXTENDED_HEADER_SIZE + rangeCount * TRANSFER_PAGE_RANGE_SIZE;
  },

  /**
   * A GPA-direct packet with `rangeCount` ranges that touch `pageCount` pages in all, and `payloadBytes` of payload.
   * A range of `n` bytes from offset `o` in its first page touches `ceil((o + n) / 4096)` pages.
   */
  gpaDirect(rangeCount: number, pageCount: number, payloadBytes: number): number {
    checkUnsigned('rangeCount', rangeCount);
    checkUnsigned('pageCount', pageCount);
    return PacketSize.inBand(payloadBytes) + EXTENDED_HEADER_SIZE + (rangeCount + pageCount) * 8;
  },
} as const;
