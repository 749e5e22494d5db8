import { PAGE_SIZE } from '../wire/page.ts';
import { checkPlacement, checkRingLength } from './layout-check.ts';
import { memoryGone } from './memory-gone.ts';
import type { PagedMemory } from './paged-memory.ts';
import { type RingLayout, RingWindow } from './ring-window.ts';

/** Where one page is: 4096 bytes from `byteOffset` on, a multiple of 8. */
export interface PageLocation {
  /** What holds the page. */
  readonly buffer: ArrayBufferLike;
  /** Where the page begins in `buffer`. */
  readonly byteOffset: number;
}

/**
 * Pages that stay where they are, in one buffer or in several: what {@link PagedRingMem} is fast over, as long as they
 * are all in one.
 *
 * Throws a `RangeError` where a page does not lie in its buffer at a multiple of 8 bytes, and a {@link VmbusRingError}
 * with code `InvalidRingMemory` without data pages, `RingTooLarge` with more than 262,144 of them (1 GiB).
 *
 * @example
 * ```ts
 * import { BufferPages, PagedRingMem } from 'vmbus-ring';
 *
 * const ram = new SharedArrayBuffer(1 << 20);
 * // The control page, then the data pages, in the order that the ring has them.
 * const memory = new PagedRingMem(BufferPages.inBuffer(ram, 0x3000, [0x9000, 0x1000, 0x8000]));
 * ```
 */
export class BufferPages implements PagedMemory {
  readonly #control: PageLocation;
  readonly #data: readonly PageLocation[];

  /** The control page, and the data pages in the order that the ring has them. */
  constructor(control: PageLocation, data: readonly PageLocation[]) {
    checkRingLength(data.length * PAGE_SIZE);
    for (const page of [control, ...data]) checkPlacement(page.buffer, page.byteOffset, PAGE_SIZE);
    this.#control = control;
    this.#data = [...data];
  }

  /** The same for pages that all lie in `buffer`, by their byte offsets in it. */
  static inBuffer(buffer: ArrayBufferLike, controlOffset: number, dataOffsets: readonly number[]): BufferPages {
    return new BufferPages(
      { buffer, byteOffset: controlOffset },
      dataOffsets.map((byteOffset) => ({ buffer, byteOffset })),
    );
  }

  /** The 4096 bytes of the control page, in place. Throws where its buffer was detached or cut. */
  control(): Uint8Array {
    return view(this.#control);
  }

  /** The number of data pages. */
  dataPageCount(): number {
    return this.#data.length;
  }

  /** The 4096 bytes of a data page, in place; behind the last page the first follows. Throws as `control` does. */
  data(page: number): Uint8Array {
    const location = this.#data[page % this.#data.length];
    if (location === undefined) throw new RangeError(`there is no page ${page}`);
    return view(location);
  }

  /** One window over all pages, or `null` where they lie in several buffers, or too far apart. @internal */
  window(): RingWindow | null {
    const { buffer, byteOffset: controlOffset } = this.#control;
    if (this.#data.some((page) => page.buffer !== buffer)) return null;
    const data = this.#data.map((page) => page.byteOffset);
    const layout: RingLayout = { buffer, controlOffset, data, length: data.length * PAGE_SIZE };
    try {
      return new RingWindow(layout);
    } catch (error) {
      // Further apart than one view can span, here or in this engine.
      if (error instanceof RangeError) return null;
      throw memoryGone(error);
    }
  }
}

function view(page: PageLocation): Uint8Array {
  try {
    return new Uint8Array(page.buffer, page.byteOffset, PAGE_SIZE);
  } catch (cause) {
    throw memoryGone(cause);
  }
}
