/**
 * The header of one range in a list of GPA ranges. The numbers of the pages that the range touches follow it, 8 bytes
 * each: `ceil((offset + len) / 4096)` of them.
 *
 * ```text
 *    0              4              8                            16
 *   +--------------+--------------+----------------------------+----
 *   |  len         |  offset      |  guest page number          |  ...
 *   +--------------+--------------+----------------------------+----
 * ```
 *
 * `len` is in bytes, at least 1; `offset` is that of the first byte in the first page, below 4096. Both are unsigned
 * 32-bit, and what the peer says until they are validated. Source: OpenVMM `vmbus_ring::gparange::GpaRange`.
 *
 * @example
 * ```ts
 * import { GpaRange } from 'vmbus-ring';
 *
 * const header = GpaRange.fromU64(0x0000_0010_0000_1000n);
 * header.len; // 4096
 * header.offset; // 16
 * new GpaRange(4096, 16).toU64(); // 0x10_0000_1000n
 * ```
 */
export class GpaRange {
  /** Bytes in the range. */
  readonly len: number;

  /** Offset of the first byte in the first page, in bytes. */
  readonly offset: number;

  /** Both are taken as they are: `validateGpaRanges` checks them. */
  constructor(len: number, offset: number) {
    this.len = len;
    this.offset = offset;
  }

  /** The header out of the 64-bit word that holds it on the wire: `len` in its low half. */
  static fromU64(word: bigint): GpaRange {
    return new GpaRange(Number(word & 0xffff_ffffn), Number((word >> 32n) & 0xffff_ffffn));
  }

  /** The header as the 64-bit word that it is on the wire. */
  toU64(): bigint {
    return (BigInt(this.offset >>> 0) << 32n) | BigInt(this.len >>> 0);
  }
}
