import { checkAvailable, type MemoryWrite } from '../memory/memory-access.ts';
import type { GuestMemory } from './guest-memory.ts';
import type { PagedRange } from './paged-range.ts';

/**
 * Writes a {@link PagedRange} from its start to its end.
 *
 * Throws an `AccessError` at the end of the range, and a `GuestMemoryError` where the guest has no memory; neither writes
 * a byte. Source: OpenVMM `guestmem::ranges::PagedRangeWriter`.
 *
 * @example
 * ```ts
 * import { GuestMemory, PagedRange } from 'vmbus-ring';
 *
 * const memory = GuestMemory.of(new ArrayBuffer(8192));
 * const range = PagedRange.of(0xffe, 6, [1n, 0n]); // two bytes at the end of page 1, four at the start of page 0
 * const writer = range.writer(memory);
 * writer.write(Uint8Array.of(1, 2, 3));
 * writer.fill(0xff, 2);
 * writer.zero(1);
 * writer.length; // 0
 * [...range.reader(memory).readAll()]; // [1, 2, 3, 255, 255, 0]
 * ```
 */
export class PagedRangeWriter implements MemoryWrite {
  readonly #range: PagedRange;
  readonly #memory: GuestMemory;

  /** Made by `PagedRange.writer`. The range becomes the writer's own: it is moved along. */
  constructor(range: PagedRange, memory: GuestMemory) {
    this.#range = range;
    this.#memory = memory;
  }

  /** Bytes left. */
  get length(): number {
    return this.#range.length;
  }

  /** Writes all of `data` and moves on behind it. */
  write(data: Uint8Array): void {
    checkAvailable(this.length, data.length);
    this.#memory.writeRange(this.#range.subrange(0, data.length), data);
    this.#range.skip(data.length);
  }

  /** Writes `length` bytes `value`, 0 to 255, and moves on behind them. */
  fill(value: number, length: number): void {
    checkAvailable(this.length, length);
    this.#memory.fillRange(this.#range.subrange(0, length), value);
    this.#range.skip(length);
  }

  /** Writes `length` zeros and moves on behind them. */
  zero(length: number): void {
    this.fill(0, length);
  }
}
