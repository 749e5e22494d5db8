import assert from 'node:assert/strict';
import {
  BufferPages,
  FlatRingMem,
  type PageLocation,
  PagedRingMem,
  type RingMem,
  SingleMappedRingMem,
} from '../../src/index.ts';
import { Xorshift32 } from './contract.ts';
import { UserAlignedRingMem, UserPagedMemory, UserRingMem } from './user-memories.ts';

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
    this.pages = locations.map(viewOf);
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

type Allocate = (byteLength: number) => ArrayBufferLike;

function viewOf({ buffer, byteOffset }: PageLocation): Uint8Array {
  return new Uint8Array(buffer, byteOffset, PAGE_BYTES);
}

/** Control page and data in one piece, not at the buffer's start, and not up to its end. */
function inOnePiece(allocate: Allocate, length: number): PageLocation[] {
  const buffer = allocate(length + PAGE_BYTES + 88);
  return Array.from({ length: length / PAGE_BYTES + 1 }, (_, i) => ({ buffer, byteOffset: 40 + i * PAGE_BYTES }));
}

/** Pages in disorder, with gaps, at multiples of 8 that are none of 4096. */
function inDisorder(allocate: Allocate, length: number, bufferCount: number): PageLocation[] {
  const random = new Xorshift32(length + bufferCount);
  const count = length / PAGE_BYTES + 1;
  const places = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = random.next() % (i + 1);
    [places[i], places[j]] = [places[j]!, places[i]!];
  }
  const strideBytes = PAGE_BYTES + 24;
  const buffers = Array.from({ length: bufferCount }, () =>
    allocate(Math.ceil(count / bufferCount) * strideBytes + 16),
  );
  return places.map((place) => ({
    buffer: buffers[place % bufferCount]!,
    byteOffset: 16 + Math.floor(place / bufferCount) * strideBytes,
  }));
}

interface KindOptions {
  readonly name: string;
  readonly fast: boolean;
  readonly place: (allocate: Allocate, length: number) => PageLocation[];
  readonly open: (locations: readonly PageLocation[]) => RingMem;
}

function bufferPages([control, ...data]: readonly PageLocation[]): BufferPages {
  assert.ok(control !== undefined);
  return new BufferPages(control, data);
}

const KINDS: readonly KindOptions[] = [
  {
    name: 'FlatRingMem',
    fast: true,
    place: inOnePiece,
    open: (pages) => new FlatRingMem((pages.length - 1) * PAGE_BYTES, pages[0]!.buffer, pages[0]!.byteOffset),
  },
  {
    name: 'SingleMappedRingMem',
    fast: true,
    place: inOnePiece,
    open: (pages) =>
      new SingleMappedRingMem(new Uint8Array(pages[0]!.buffer, pages[0]!.byteOffset, pages.length * PAGE_BYTES)),
  },
  {
    name: 'PagedRingMem',
    fast: true,
    place: (allocate, length) => inDisorder(allocate, length, 1),
    open: (pages) => new PagedRingMem(bufferPages(pages)),
  },
  {
    name: 'PagedRingMem over several buffers',
    fast: false,
    place: (allocate, length) => inDisorder(allocate, length, 2),
    open: (pages) => new PagedRingMem(bufferPages(pages)),
  },
  {
    name: 'PagedRingMem over a user PagedMemory',
    fast: false,
    place: (allocate, length) => inDisorder(allocate, length, 1),
    open: (pages) => new PagedRingMem(new UserPagedMemory(pages.map(viewOf))),
  },
  {
    name: 'a user RingMem',
    fast: false,
    place: (allocate, length) => inDisorder(allocate, length, 1),
    open: (pages) => new UserRingMem(pages.map(viewOf)),
  },
  {
    name: 'a user RingMem with aligned methods',
    fast: false,
    place: inOnePiece,
    open: (pages) => new UserAlignedRingMem(pages.map(viewOf)),
  },
];

function kindOf(options: KindOptions, sharing: string, allocate: Allocate): MemoryKind {
  const { name, fast, place, open } = options;
  return {
    name: `${name}, ${sharing}`,
    fast,
    make: (length) => {
      const locations = place(allocate, length);
      return new TestMemory([...new Set(locations.map((page) => page.buffer))], locations, open(locations));
    },
  };
}

/** Every kind of memory that rings can stand on, each over shared and over plain buffers. */
export const MEMORY_KINDS: readonly MemoryKind[] = KINDS.flatMap((options) => [
  kindOf(options, 'shared', (byteLength) => new SharedArrayBuffer(byteLength)),
  kindOf(options, 'plain', (byteLength) => new ArrayBuffer(byteLength)),
]);

/** The simplest one. */
export const FLAT_MEMORY: MemoryKind = MEMORY_KINDS[0]!;

/** One kind of each of the three memories of the library, and one of a user's own: where all would be too many. */
export const FEW_MEMORY_KINDS: readonly MemoryKind[] = [0, 3, 4, 6, 9, 10].map((i) => MEMORY_KINDS[i]!);
