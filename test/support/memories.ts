import assert from 'node:assert/strict';
import type { PageLocation, RingMem } from '../../src/index.ts';
import { type BufferKind, type Layout, type MemoryName, openMemory, pageAt, placeRing } from './ring-places.ts';
import { Xorshift } from './xorshift.ts';

const PAGE_BYTES = 4096;

/** What surrounds the pages of a ring, so that a byte written beside them is seen. */
const CANARY = 0xc5;

/** Ring memory with a back door to its bytes, and guards around them. */
export class TestMemory {
  readonly memory: RingMem;

  /** The control page, then the data pages in the ring's order: views of them where they lie. */
  readonly pages: readonly Uint8Array[];

  readonly #buffers: readonly ArrayBufferLike[];

  constructor(buffers: readonly ArrayBufferLike[], locations: readonly PageLocation[], memory: RingMem) {
    this.memory = memory;
    this.#buffers = buffers;
    this.pages = locations.map(pageAt);
    for (const buffer of buffers) new Uint8Array(buffer).fill(CANARY);
    for (const page of this.pages) page.fill(0);
  }

  /** Sets control page and data to those of a ring image. */
  load(image: Uint8Array): void {
    assert.equal(image.length, this.pages.length * PAGE_BYTES);
    for (const [i, page] of this.pages.entries()) page.set(image.subarray(i * PAGE_BYTES, (i + 1) * PAGE_BYTES));
  }

  /** The control page and all data, copied. */
  image(): Uint8Array<ArrayBuffer> {
    const image = new Uint8Array(this.pages.length * PAGE_BYTES);
    for (const [i, page] of this.pages.entries()) image.set(page, i * PAGE_BYTES);
    return image;
  }

  /** All data, copied. */
  data(): Uint8Array<ArrayBuffer> {
    return this.image().slice(PAGE_BYTES);
  }

  /** The control page as 32-bit words: `in`, `out`, the interrupt mask, the pending send size, and so on. */
  control(): Uint32Array {
    const page = this.pages[0]!;
    return new Uint32Array(page.buffer, page.byteOffset, PAGE_BYTES / 4);
  }

  /** Throws unless every byte that belongs to no page is as it was at first. */
  checkCanaries(): void {
    for (const buffer of this.#buffers) {
      const outside = new Uint8Array(buffer).slice();
      for (const page of this.pages) {
        if (page.buffer === buffer) outside.fill(CANARY, page.byteOffset, page.byteOffset + PAGE_BYTES);
      }
      const at = outside.findIndex((byte) => byte !== CANARY);
      assert.equal(at, -1, `a byte beside the ring was overwritten, at ${at}`);
    }
  }
}

/** One way to put a ring in memory. */
export interface MemoryKind {
  readonly name: string;
  /** Whether rings go through a window of the library's own, and not through `RingMem`'s methods. */
  readonly fast: boolean;
  /** Zeroed memory for a ring of `length` bytes of data. */
  make(length: number): TestMemory;
}

interface KindOptions {
  readonly name: string;
  readonly fast: boolean;
  readonly layout: Layout;
  readonly opens: MemoryName;
}

const KINDS: readonly KindOptions[] = [
  { name: 'FlatRingMem', fast: true, layout: 'row', opens: 'FlatRingMem' },
  { name: 'SingleMappedRingMem', fast: true, layout: 'row', opens: 'SingleMappedRingMem' },
  { name: 'PagedRingMem', fast: true, layout: 'scattered', opens: 'PagedRingMem' },
  { name: 'PagedRingMem over several buffers', fast: false, layout: 'several', opens: 'PagedRingMem' },
  { name: 'PagedRingMem over a user PagedMemory', fast: false, layout: 'scattered', opens: 'user PagedMemory' },
  { name: 'a user RingMem', fast: false, layout: 'scattered', opens: 'user RingMem' },
  { name: 'a user RingMem with aligned methods', fast: false, layout: 'row', opens: 'user RingMem, aligned' },
];

function kindOf({ name, fast, layout, opens }: KindOptions, buffer: BufferKind): MemoryKind {
  return {
    name: `${name}, ${buffer}`,
    fast,
    make: (length) => {
      const place = placeRing(layout, length / PAGE_BYTES, buffer, new Xorshift(length));
      const pages = [place.control, ...place.data];
      return new TestMemory([...new Set(pages.map((page) => page.buffer))], pages, openMemory(place, opens));
    },
  };
}

/** Every kind of memory that rings can stand on, each over shared and over plain buffers, and those with a window over WebAssembly memories. */
export const MEMORY_KINDS: readonly MemoryKind[] = KINDS.flatMap((options) => [
  kindOf(options, 'shared'),
  kindOf(options, 'plain'),
  ...(options.fast ? [kindOf(options, 'wasm')] : []),
]);

/** The simplest one. */
export const FLAT_MEMORY: MemoryKind = MEMORY_KINDS[0]!;

/** One kind of each of the three memories of the library, and one of a user's own: where all would be too many. */
export const FEW_MEMORY_KINDS: readonly MemoryKind[] = [
  'FlatRingMem, shared',
  'FlatRingMem, wasm',
  'SingleMappedRingMem, plain',
  'PagedRingMem, shared',
  'PagedRingMem over several buffers, shared',
  'PagedRingMem over a user PagedMemory, plain',
  'a user RingMem, shared',
].map((name) => MEMORY_KINDS.find((kind) => kind.name === name)!);
