import { AccessError, checkAvailable, type MemoryRead } from '../memory/memory-access.ts';
import type { InnerRing } from './inner-ring.ts';

/**
 * Reads a {@link RingRange} from its start to its end. Bytes are copied with plain accesses, after the `in` that
 * published them was read; the peer may change them meanwhile, and each read sees what is there then.
 *
 * Source: OpenVMM `vmbus_ring::RingRangeReader`.
 *
 * @example
 * ```ts
 * import { FlatRingMem, IncomingRing, RingRange } from 'vmbus-ring';
 *
 * const memory = new FlatRingMem(4096);
 * memory.writeAt(0, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
 *
 * const reader = new RingRange(0, 8).reader(new IncomingRing(memory)); // as a packet's `payload` is read
 * const head = new Uint8Array(2);
 * reader.read(head).skip(4);
 * head[1]; // 2
 * reader.length; // 2
 * [...reader.readAll()]; // [7, 8]
 * ```
 */
export class RingRangeReader implements MemoryRead {
  readonly #ring: InnerRing;
  #offset: number;
  #length: number;

  /** Made by `RingRange.reader`. */
  constructor(ring: InnerRing, offset: number, length: number) {
    this.#ring = ring;
    this.#offset = offset;
    this.#length = length;
  }

  /** Bytes left. */
  get length(): number {
    return this.#length;
  }

  /** Fills `data` with the next bytes and moves on behind them. Returns the reader itself. */
  read(data: Uint8Array): this {
    const length = data.length;
    if (length > this.#length) throw new AccessError(this.#length, length);
    this.#ring.read(this.#offset, data);
    this.#advance(length);
    return this;
  }

  /** Moves on by `length` bytes, which are not looked at. Returns the reader itself. */
  skip(length: number): this {
    checkAvailable(this.#length, length);
    this.#advance(length);
    return this;
  }

  /** All that is left, in a new array. */
  readAll(): Uint8Array<ArrayBuffer> {
    const data = new Uint8Array(this.#length);
    this.read(data);
    return data;
  }

  /** What is left, as little-endian 64-bit words in a new array. A rest of less than 8 bytes is left out. */
  readWords(): BigUint64Array<ArrayBuffer> {
    const data = new BigUint64Array(this.#length >> 3);
    this.read(new Uint8Array(data.buffer));
    return data;
  }

  #advance(length: number): void {
    this.#offset += length;
    this.#length -= length;
  }
}
