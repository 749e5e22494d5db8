/**
 * The extended header of a transfer-page packet: a fixed part, then one range after the other.
 *
 * ```text
 *    0        2          4              8
 *   +--------+----------+--------------+
 *   | set id | reserved |  range count |   reserved: written as 0, ignored on read
 *   +--------+----------+--------------+
 *   |  byte count       |  byte offset |   once per range
 *   +-------------------+--------------+
 * ```
 */

/**
 * A range within a transfer page set: `byteCount` bytes from `byteOffset`, both unsigned 32-bit. Only network devices
 * use it. What it says comes from the peer: check it against the size of the page set before use.
 *
 * Source: OpenVMM `vmbus_ring::TransferPageRange`.
 */
export interface TransferPageRange {
  /** Bytes in the range. */
  readonly byteCount: number;
  /** Where the range begins in the page set, in bytes. */
  readonly byteOffset: number;
}

/** Bytes of one range on the ring. */
export const TRANSFER_PAGE_RANGE_SIZE = 8;
