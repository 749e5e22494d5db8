import { AccessError, checkAvailable, checkByte, type MemoryWrite } from '../memory/memory-access.ts';
import type { InnerRing, PayloadTally } from './inner-ring.ts';

/**
 * Writes a {@link RingRange} from its start to its end, with plain stores that the commit publishes.
 *
 * All of the range is to be written before the commit, which refuses to publish what is left half written: the rest would
 * be what the ring held there before, an old packet perhaps. Source: OpenVMM `vmbus_ring::RingRangeWriter`.
 *
 * @example
 * ```ts
 * import { FlatRingMem, Full, OutgoingPacketType, OutgoingRing } from 'vmbus-ring';
 *
 * const ring = new OutgoingRing(new FlatRingMem(4096));
 * const offset = ring.outgoing();
 * const range = ring.write(offset, { transactionId: 0n, size: 16, typ: OutgoingPacketType.InBandNoCompletion });
 * if (range instanceof Full) throw new Error('no room');
 *
 * const writer = range.writer(ring);
 * writer.write(Uint8Array.of(1, 2, 3, 4));
 * writer.fill(0xff, 4);
 * writer.length; // 8: what is left would keep what the ring held there before
 * writer.zero(8);
 * ring.commitWrite(offset);
 * ```
 */
export class RingRangeWriter implements MemoryWrite {
  readonly #ring: InnerRing;
  readonly #tally: PayloadTally;
  #offset: number;
  #length: number;

  /** Made by `RingRange.writer`. */
  constructor(ring: InnerRing, offset: number, length: number) {
    this.#ring = ring;
    this.#offset = offset;
    this.#length = length;
    this.#tally = ring.tally;
    this.#tally.unwrittenBytes += length;
  }

  /** Bytes left. */
  get length(): number {
    return this.#length;
  }

  /** Writes all of `data` and moves on behind it. */
  write(data: Uint8Array): void {
    const length = data.length;
    if (length > this.#length) throw new AccessError(this.#length, length);
    this.#ring.write(this.#offset, data);
    this.#advance(length);
  }

  /** Writes `length` bytes `value`, 0 to 255, and moves on behind them. */
  fill(value: number, length: number): void {
    checkByte(value);
    checkAvailable(this.#length, length);
    const view = this.#ring.window?.viewBytes(this.#offset, length) ?? null;
    if (view !== null) view.fill(value);
    // No more than the payload of one packet: half a MiB.
    else this.#ring.write(this.#offset, new Uint8Array(length).fill(value));
    this.#advance(length);
  }

  /** Writes `length` zeros and moves on behind them. */
  zero(length: number): void {
    this.fill(0, length);
  }

  #advance(length: number): void {
    this.#offset += length;
    this.#length -= length;
    this.#tally.unwrittenBytes -= length;
  }
}
