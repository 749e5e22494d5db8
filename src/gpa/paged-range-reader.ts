import { checkAvailable, type MemoryRead } from '../memory/memory-access.ts';
import type { GuestMemory } from './guest-memory.ts';
import type { PagedRange } from './paged-range.ts';

/**
 * Reads a {@link PagedRange} from its start to its end. What is read can be changed by the guest at any time.
 *
 * Throws an `AccessError` at the end of the range, and a `GuestMemoryError` where the guest has no memory; neither moves
 * the reader. Source: OpenVMM `guestmem::ranges::PagedRangeReader`.
 */
export class PagedRangeReader implements MemoryRead {
  readonly #range: PagedRange;
  readonly #memory: GuestMemory;

  /** Made by `PagedRange.reader`. The range becomes the reader's own: it is moved along. */
  constructor(range: PagedRange, memory: GuestMemory) {
    this.#range = range;
    this.#memory = memory;
  }

  get length(): number {
    return this.#range.length;
  }

  read(data: Uint8Array): this {
    checkAvailable(this.length, data.length);
    this.#memory.readRange(this.#range.subrange(0, data.length), data);
    this.#range.skip(data.length);
    return this;
  }

  skip(length: number): this {
    checkAvailable(this.length, length);
    this.#range.skip(length);
    return this;
  }

  readAll(): Uint8Array<ArrayBuffer> {
    const data = new Uint8Array(this.length);
    this.read(data);
    return data;
  }
}
