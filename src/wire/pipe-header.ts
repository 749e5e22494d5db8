import { checkUnsigned } from './unsigned.ts';

/**
 * The header that pipe channels put before each payload, so that lengths need not be multiples of 8:
 *
 * ```text
 *    0              4              8
 *   +--------------+--------------+
 *   |  type        |  length      |
 *   +--------------+--------------+
 * ```
 */

/** Regular data. */
export const PIPE_PACKET_TYPE_DATA = 1;

/**
 * Data of which a part was taken already: the high half of the length says how much. A reader may mark its own packets
 * so; the opposite endpoint never writes this type.
 */
export const PIPE_PACKET_TYPE_PARTIAL = 2;

/** Sets up a GPA-direct buffer for RDMA. */
export const PIPE_PACKET_TYPE_SETUP_GPA_DIRECT = 3;

/** Tears a GPA-direct buffer down. */
export const PIPE_PACKET_TYPE_TEARDOWN_GPA_DIRECT = 4;

/** The largest payload of a pipe packet, in bytes, the header left out. */
export const MAXIMUM_PIPE_PACKET_SIZE = 16384;

/**
 * The pipe header: `packetType` is one of the `PIPE_PACKET_TYPE_*`, `len` the exact payload length in bytes. Read from
 * a ring, both are the peer's word: a `len` larger than the payload is an error that the reader of the pipe must find.
 *
 * Source: OpenVMM `vmbus_ring::PipeHeader`.
 *
 * @example
 * ```ts
 * import { PIPE_PACKET_TYPE_DATA, PipeHeader } from 'vmbus-ring';
 *
 * const header = new PipeHeader(PIPE_PACKET_TYPE_DATA, 5);
 * const bytes = header.toBytes(); // 01 00 00 00 05 00 00 00
 * PipeHeader.fromBytes(bytes).len; // 5
 * ```
 */
export class PipeHeader {
  /** Bytes of the header. */
  static readonly SIZE = 8;

  /** One of the `PIPE_PACKET_TYPE_*`, or what else the peer wrote: unsigned 32-bit. */
  readonly packetType: number;

  /** Bytes of payload behind the header, without padding: unsigned 32-bit. */
  readonly len: number;

  /** Both unsigned 32-bit, else a `RangeError`. */
  constructor(packetType: number, len: number) {
    checkUnsigned('packetType', packetType, 0xffff_ffff);
    checkUnsigned('len', len, 0xffff_ffff);
    this.packetType = packetType;
    this.len = len;
  }

  /** Reads the first 8 bytes of `bytes`. Throws a `RangeError` if there are fewer. */
  static fromBytes(bytes: Uint8Array): PipeHeader {
    if (bytes.length < PipeHeader.SIZE) {
      throw new RangeError(`${bytes.length} bytes are no pipe header`);
    }
    const [packetType, len] = new Uint32Array(new Uint8Array(bytes.subarray(0, PipeHeader.SIZE)).buffer);
    return new PipeHeader(packetType!, len!);
  }

  /** The header as 8 new bytes. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(Uint32Array.of(this.packetType, this.len).buffer);
  }
}
