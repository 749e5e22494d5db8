import { AccessError, checkAvailable, checkByte, type MemoryWrite } from '../memory/memory-access.ts';
import type { InnerRing } from './inner-ring.ts';

/**
 * Writes a {@link RingRange} from its start to its end, with plain stores that the commit publishes.
 *
 * What is not written keeps what the ring held there before, which may be an old packet: `finish` says so if a byte was
 * left out. Source: OpenVMM `vmbus_ring::RingRangeWriter`.
 */
export class RingRangeWriter implements MemoryWrite {
  readonly #ring: InnerRing;
  #offset: number;
  #length: number;

  /** Made by `RingRange.writer`. */
  constructor(ring: InnerRing, offset: number, length: number) {
    this.#ring = ring;
    this.#offset = offset;
    this.#length = length;
  }

  get length(): number {
    return this.#length;
  }

  write(data: Uint8Array): void {
    const length = data.length;
    if (length > this.#length) throw new AccessError(this.#length, length);
    this.#ring.write(this.#offset, data);
    this.#advance(length);
  }

  fill(value: number, length: number): void {
    checkByte(value);
    checkAvailable(this.#length, length);
    const { window } = this.#ring;
    if (window !== null) window.fillBytes(this.#offset, value, length);
    // No more than the payload of one packet: half a MiB.
    else this.#ring.write(this.#offset, new Uint8Array(length).fill(value));
    this.#advance(length);
  }

  zero(length: number): void {
    this.fill(0, length);
  }

  /** Throws a `RangeError` unless all of the range was written: call it before the commit. */
  finish(): void {
    if (this.#length !== 0) throw new RangeError(`${this.#length} bytes of the range were not written`);
  }

  #advance(length: number): void {
    this.#offset += length;
    this.#length -= length;
  }
}
