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
 */
export class GpaRange {
  readonly len: number;
  readonly offset: number;

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
