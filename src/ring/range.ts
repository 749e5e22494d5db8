import { checkWithinRing } from '../memory/layout-check.ts';
import { checkAvailable } from '../memory/memory-access.ts';
import { InnerRing } from './inner-ring.ts';
import { RingRangeReader } from './range-reader.ts';
import { RingRangeWriter } from './range-writer.ts';
import type { Ring } from './ring.ts';

/**
 * A range within a ring: where the payload of a packet lies, or its list of external ranges.
 *
 * `offset` is in bytes from the start of the ring's data, and together with `length` may run past the ring's end: the
 * data counts as mapped twice in a row. A range of an incoming packet is good until the read is committed, one of an
 * outgoing packet until the write is. Until then the peer can still change what an incoming one holds: copy it once,
 * then check it.
 *
 * Source: OpenVMM `vmbus_ring::RingRange`.
 *
 * @example
 * ```ts
 * import { FlatRingMem, Full, OutgoingPacketType, OutgoingRing } from 'vmbus-ring';
 *
 * const ring = new OutgoingRing(new FlatRingMem(4096));
 * const offset = ring.outgoing();
 * const range = ring.write(offset, { transactionId: 0n, size: 5, typ: OutgoingPacketType.InBandNoCompletion });
 * if (range instanceof Full) throw new Error('no room');
 * range.offset; // 16: behind the descriptor
 * range.length; // 5
 * range.writer(ring).write(new TextEncoder().encode('hello'));
 * range.view(ring, 1, 1)?.[0]; // 101: the 'e', in place
 * ring.commitWrite(offset);
 * ```
 */
export class RingRange {
  /** Ring offset of the first byte. */
  readonly offset: number;

  /** Bytes in the range. */
  readonly length: number;

  /** Made by the rings and their packets. What it says is checked when it is used with a ring. */
  constructor(offset: number, length: number) {
    this.offset = offset;
    this.length = length;
  }

  /** The empty range. */
  static empty(): RingRange {
    return new RingRange(0, 0);
  }

  /** Whether there is no byte in the range. */
  get isEmpty(): boolean {
    return this.length === 0;
  }

  /** Reads the range from its start to its end. `ring` is the one that handed out the range. */
  reader(ring: Ring): RingRangeReader {
    return new RingRangeReader(this.#within(ring), this.offset, this.length);
  }

  /**
   * Writes the range from its start to its end. `ring` is the one that handed out the range: that another one of the same
   * size gets the bytes instead cannot be noticed.
   */
  writer(ring: Ring): RingRangeWriter {
    return new RingRangeWriter(this.#within(ring), this.offset, this.length);
  }

  /** Writes all of the range as 64-bit words. Throws a `RangeError` unless `data` is exactly as long as the range. */
  writeAlignedFull(ring: Ring, data: BigUint64Array): void {
    if (data.length * 8 !== this.length) {
      throw new RangeError(`the range has ${this.length} bytes, the data ${data.length * 8}`);
    }
    this.#within(ring).write(this.offset, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }

  /**
   * `length` bytes from `start` on within this range, in place: no copy is made. `null` where they do not lie in one
   * piece of memory (the packet wraps at the end of the ring, or crosses pages that do not adjoin), and on a user's own
   * `RingMem`. Reading or writing the view is reading or writing shared memory, plain and unordered: do it before the
   * commit.
   */
  view(ring: Ring, start = 0, length: number = this.length - start): Uint8Array | null {
    checkAvailable(this.length, start);
    checkAvailable(this.length - start, length);
    return this.#within(ring).window?.viewBytes(this.offset + start, length) ?? null;
  }

  /** `ring`, if it is large enough to have handed out this range: past its end are other bytes, or none. */
  #within(ring: Ring): InnerRing {
    const inner = ring.inner ?? new InnerRing(ring.mem());
    checkWithinRing(inner.size, this.offset, this.length);
    return inner;
  }
}
