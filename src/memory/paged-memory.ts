/**
 * Ring memory in pages that need not lie next to each other: what {@link PagedRingMem} stands on.
 *
 * Implement it to say anew on each access where a page is. Where the pages stay where they are, {@link BufferPages} is
 * the implementation that rings can go fast over.
 *
 * Source: OpenVMM `vmbus_ring::PagedMemory`.
 *
 * @example
 * ```ts
 * import { type PagedMemory, PagedRingMem } from 'vmbus-ring';
 *
 * const newPage = (): Uint8Array => new Uint8Array(new SharedArrayBuffer(4096));
 * const control = newPage();
 * const pages = [newPage(), newPage(), newPage()];
 * const memory: PagedMemory = {
 *   control: () => control,
 *   dataPageCount: () => pages.length,
 *   data: (page) => pages[page % pages.length]!,
 * };
 * new PagedRingMem(memory).length; // 12288
 * ```
 */
export interface PagedMemory {
  /** The control page: 4096 bytes at an offset in their buffer that is a multiple of 4. Asked for once. */
  control(): Uint8Array;

  /** The number of data pages: at least 1. It must never change. */
  dataPageCount(): number;

  /**
   * The 4096 bytes of a data page. `page` is below `2 * dataPageCount()`, as if the ring were mapped twice in a row:
   * return the same page for `n` and `n + dataPageCount()`.
   */
  data(page: number): Uint8Array;
}
