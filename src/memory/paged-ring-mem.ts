import { CONTROL_WORD_COUNT } from '../wire/control-page.ts';
import { PAGE_SHIFT, PAGE_SIZE } from '../wire/page.ts';
import { VmbusRingError } from '../wire/ring-error.ts';
import { BufferPages } from './buffer-pages.ts';
import { checkRingLength } from './layout-check.ts';
import type { PagedMemory } from './paged-memory.ts';
import type { RingMem } from './ring-mem.ts';
import type { RingWindow } from './ring-window.ts';
import { checkAccess, checkAligned } from './windowed-ring-mem.ts';

/**
 * Ring memory on pages that need not lie next to each other, as a guest's seldom do. The pages count as mapped twice in
 * a row, so that a packet which wraps is read like any other.
 *
 * Over {@link BufferPages} that are all in one buffer it is as fast as flat memory; over a {@link PagedMemory} of your
 * own, or pages in several buffers, it asks for each page at each access.
 *
 * Throws a {@link VmbusRingError} with code `InvalidRingMemory` where there is no data page, or a page is not 4096 bytes,
 * and `RingTooLarge` for more than 1 GiB of data.
 *
 * Source: OpenVMM `vmbus_ring::PagedRingMem`.
 */
export class PagedRingMem implements RingMem {
  readonly length: number;

  /** @internal */
  readonly window: RingWindow | null;

  readonly #pages: PagedMemory;

  constructor(pages: PagedMemory) {
    this.length = pages.dataPageCount() * PAGE_SIZE;
    checkRingLength(this.length);
    this.#pages = pages;
    // A subclass may have its own idea of where pages are.
    this.window = Object.getPrototypeOf(pages) === BufferPages.prototype ? (pages as BufferPages).window() : null;
  }

  control(): Int32Array {
    const page = checkPage(this.#pages.control());
    return new Int32Array(page.buffer, page.byteOffset, CONTROL_WORD_COUNT);
  }

  readAt(addr: number, data: Uint8Array): void {
    checkAccess(this.length, addr, data.length);
    if (this.window !== null) {
      this.window.readBytes(addr, data);
      return;
    }
    for (let done = 0; done < data.length; ) {
      const [page, start, end] = this.#piece(addr + done, data.length - done);
      data.set(page.subarray(start, end), done);
      done += end - start;
    }
  }

  writeAt(addr: number, data: Uint8Array): void {
    checkAccess(this.length, addr, data.length);
    if (this.window !== null) {
      this.window.writeBytes(addr, data);
      return;
    }
    for (let done = 0; done < data.length; ) {
      const [page, start, end] = this.#piece(addr + done, data.length - done);
      page.set(data.subarray(done, done + end - start), start);
      done += end - start;
    }
  }

  readAligned(addr: number, data: Uint8Array): void {
    checkAligned(addr, data.length);
    this.readAt(addr, data);
  }

  writeAligned(addr: number, data: Uint8Array): void {
    checkAligned(addr, data.length);
    this.writeAt(addr, data);
  }

  /** The page that holds `addr`, and which part of it the next `length` bytes take at most. */
  #piece(addr: number, length: number): [page: Uint8Array, start: number, end: number] {
    const page = checkPage(this.#pages.data(addr >> PAGE_SHIFT));
    const start = addr & (PAGE_SIZE - 1);
    return [page, start, Math.min(PAGE_SIZE, start + length)];
  }
}

/** Of a detached buffer, or of one that was cut, nothing is left in the view. */
function checkPage(page: Uint8Array): Uint8Array {
  if (page.length !== PAGE_SIZE) {
    throw new VmbusRingError('InvalidRingMemory', null, `a page has ${PAGE_SIZE} bytes, got ${page.length}`);
  }
  return page;
}
