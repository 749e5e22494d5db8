import { CONTROL_WORD_COUNT } from '../wire/control-page.ts';
import { PAGE_SHIFT, PAGE_SIZE } from '../wire/page.ts';
import { VmbusRingError } from '../wire/ring-error.ts';
import { BufferPages } from './buffer-pages.ts';
import { CheckedRingMem } from './checked-ring-mem.ts';
import { checkRingLength } from './layout-check.ts';
import type { PagedMemory } from './paged-memory.ts';

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
 *
 * @example
 * ```ts
 * import { BufferPages, PagedRingMem } from 'vmbus-ring';
 *
 * const ram = new SharedArrayBuffer(0x10000);
 * const memory = new PagedRingMem(BufferPages.inBuffer(ram, 0x3000, [0x9000, 0x1000]));
 * memory.length; // 8192
 * memory.writeAt(4095, Uint8Array.of(1, 2)); // from one page to the next, wherever they are
 * new Uint8Array(ram)[0x9fff]; // 1
 * new Uint8Array(ram)[0x1000]; // 2
 * ```
 */
export class PagedRingMem extends CheckedRingMem {
  readonly #pages: PagedMemory;

  /** `pages` are kept, and asked for at each access unless they can be looked up once. */
  constructor(pages: PagedMemory) {
    const length = pages.dataPageCount() * PAGE_SIZE;
    checkRingLength(length);
    // A subclass may have its own idea of where pages are.
    super(length, Object.getPrototypeOf(pages) === BufferPages.prototype ? (pages as BufferPages).window() : null);
    this.#pages = pages;
  }

  /** The first 32 words of the control page, in place. */
  override control(): Int32Array {
    const page = checkPage(this.#pages.control());
    return new Int32Array(page.buffer, page.byteOffset, CONTROL_WORD_COUNT);
  }

  /** @internal */
  protected override readChecked(addr: number, data: Uint8Array): void {
    if (this.window !== null) super.readChecked(addr, data);
    else this.#eachPiece(addr, data, (piece, part) => part.set(piece));
  }

  /** @internal */
  protected override writeChecked(addr: number, data: Uint8Array): void {
    if (this.window !== null) super.writeChecked(addr, data);
    else this.#eachPiece(addr, data, (piece, part) => piece.set(part));
  }

  /** Calls `visit` with each piece of a page from `addr` on, and the part of `data` that belongs there. */
  #eachPiece(addr: number, data: Uint8Array, visit: (piece: Uint8Array, part: Uint8Array) => void): void {
    for (let done = 0; done < data.length;) {
      const page = checkPage(this.#pages.data((addr + done) >> PAGE_SHIFT));
      const start = (addr + done) & (PAGE_SIZE - 1);
      const piece = page.subarray(start, start + data.length - done);
      visit(piece, data.subarray(done, done + piece.length));
      done += piece.length;
    }
  }
}

/** Of a detached buffer, or of one that was cut, nothing is left in the view. */
function checkPage(page: Uint8Array): Uint8Array {
  if (page.length !== PAGE_SIZE) {
    throw new VmbusRingError('InvalidRingMemory', null, `a page has ${PAGE_SIZE} bytes, got ${page.length}`);
  }
  return page;
}
