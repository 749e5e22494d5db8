/**
 * A packet on the ring, in units of 8 bytes, little-endian:
 *
 * ```text
 *    0        2               4          6        8                               16
 *   +--------+---------------+----------+--------+--------------------------------+
 *   | type   | data_offset8  | length8  | flags  |  transaction id                |   descriptor
 *   +--------+---------------+----------+--------+--------------------------------+
 *   |  extended header (types 7 and 9 only), up to data_offset8 * 8                |
 *   +-------------------------------------------------------------------------------+
 *   |  payload, padded with zeros to a multiple of 8, up to length8 * 8            |
 *   +---------------------------------------+---------------------------------------+
 *   |  u32 0                                |  u32 ring offset of the descriptor    |   footer
 *   +---------------------------------------+---------------------------------------+
 * ```
 *
 * The extended header begins with 8 bytes of its own, the list of ranges follows: for transfer pages see
 * {@link TransferPageRange}, for GPA direct
 *
 * ```text
 *   +--------------------+-------------------+-----------------------------------
 *   |  u32 reserved      |  u32 range count  |  ranges, each as in gpa/gpa-range.ts
 *   +--------------------+-------------------+-----------------------------------
 * ```
 *
 * `length8` leaves the footer out. Source: OpenVMM `vmbus_ring::protocol::PacketDescriptor` and `Footer`.
 */

/** Data, nothing else. */
export const PACKET_TYPE_IN_BAND = 6;

/** Data, and ranges in a set of pages that both sides have agreed on. */
export const PACKET_TYPE_TRANSFER_PAGES = 7;

/** Data, and ranges of the sender's memory by guest page number. */
export const PACKET_TYPE_GPA_DIRECT = 9;

/** The answer to a packet that asked for one. */
export const PACKET_TYPE_COMPLETION = 0xb;

/** Flag bit 0: the sender wants a completion with the same transaction id. No other flag exists. */
export const PACKET_FLAG_COMPLETION_REQUESTED = 1;

/** Bytes of the descriptor. */
export const DESCRIPTOR_SIZE = 16;

/** Bytes of the fixed part of the extended header of the packet types 7 and 9. */
export const EXTENDED_HEADER_SIZE = 8;

/** Bytes of the footer. */
export const FOOTER_SIZE = 8;

/** Bytes of the smallest packet on a ring: a descriptor and a footer. */
export const MINIMUM_PACKET_SIZE = 24;

/**
 * Largest `length8 * 8` and largest `data_offset8 * 8`, in bytes: both are 16-bit counts of 8 bytes. A packet on the
 * ring has a footer more.
 */
export const MAXIMUM_DESCRIBED_SIZE: number = 0xffff * 8;
