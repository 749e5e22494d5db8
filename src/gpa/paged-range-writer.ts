import { checkAvailable, checkByte, type MemoryWrite } from '../memory/memory-access.ts';
import type { GuestMemory } from './guest-memory.ts';
import type { PagedRange } from './paged-range.ts';

/**
 * Writes a {@link PagedRange} from its start to its end.
 *
 * Throws an `AccessError` at the end of the range, and a `GuestMemoryError` where the guest has no memory; neither writes
 * a byte. Source: OpenVMM `guestmem::ranges::PagedRangeWriter`.
 */
export class PagedRangeWriter implements MemoryWrite {
  readonly #range: PagedRange;
  readonly #memory: GuestMemory;

  /** Made by `PagedRange.writer`. The range becomes the writer's own: it is moved along. */
  constructor(range: PagedRange, memory: GuestMemory) {
    this.#range = range;
    this.#memory = memory;
  }

  get length(): number {
    return this.#range.length;
  }

  write(data: Uint8Array): void {
    checkAvailable(this.length, data.length);
    this.#memory.writeRange(this.#range.subrange(0, data.length), data);
    this.#range.skip(data.length);
  }

  fill(value: number, length: number): void {
    checkByte(value);
    checkAvailable(this.length, length);
    this.#memory.fillRange(this.#range.subrange(0, length), value);
    this.#range.skip(length);
  }

  zero(length: number): void {
    this.fill(0, length);
  }
}
