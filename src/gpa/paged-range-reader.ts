import { checkAvailable, type MemoryRead } from '../memory/memory-access.ts';
import type { GuestMemory } from './guest-memory.ts';
import type { PagedRange } from './paged-range.ts';

/**
 * Reads a {@link PagedRange} from its start to its end. What is read can be changed by the guest at any time.
 *
 * Throws an `AccessError` at the end of the range, and a `GuestMemoryError` where the guest has no memory; neither moves
 * the reader. Source: OpenVMM `guestmem::ranges::PagedRangeReader`.
 *
 * @example
 * ```ts
 * import { GuestMemory, PagedRange } from 'vmbus-ring';
 *
 * const memory = GuestMemory.of(new ArrayBuffer(8192));
 * memory.writeAt(0x1fff, Uint8Array.of(1)); // the last byte of page 1
 * memory.writeAt(0, Uint8Array.of(2, 3)); // the first ones of page 0
 *
 * const reader = PagedRange.of(0xfff, 3, [1n, 0n]).reader(memory);
 * const byte = new Uint8Array(1);
 * reader.read(byte);
 * byte[0]; // 1
 * [...reader.skip(1).readAll()]; // [3]
 * reader.length; // 0
 * ```
 */
export class PagedRangeReader implements MemoryRead {
  readonly #range: PagedRange;
  readonly #memory: GuestMemory;

  /** Made by `PagedRange.reader`. The range becomes the reader's own: it is moved along. */
  constructor(range: PagedRange, memory: GuestMemory) {
    this.#range = range;
    this.#memory = memory;
  }

  /** Bytes left. */
  get length(): number {
    return this.#range.length;
  }

  /** Fills `data` with the next bytes and moves on behind them. Returns the reader itself. */
  read(data: Uint8Array): this {
    checkAvailable(this.length, data.length);
    this.#memory.readRange(this.#range.subrange(0, data.length), data);
    this.#range.skip(data.length);
    return this;
  }

  /** Moves on by `length` bytes, which are not looked at. Returns the reader itself. */
  skip(length: number): this {
    checkAvailable(this.length, length);
    this.#range.skip(length);
    return this;
  }

  /** All that is left, in a new array. */
  readAll(): Uint8Array<ArrayBuffer> {
    // Before anything is allocated: the length is mostly the peer's word.
    this.#memory.checkRange(this.#range);
    const data = new Uint8Array(this.length);
    this.read(data);
    return data;
  }
}
