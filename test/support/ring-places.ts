import assert from 'node:assert/strict';
import {
  accelerateMemory,
  BufferPages,
  FlatRingMem,
  PAGE_SIZE,
  type PageLocation,
  PagedRingMem,
  type RingMem,
  type SharedWasmMemory,
  SingleMappedRingMem,
} from '../../src/index.ts';
import { allocateShared } from '../../src/transport/threads/shared-memory.ts';
import { UserAlignedRingMem, UserPagedMemory, UserRingMem } from './user-memories.ts';
import { COPY_ENGINES, type CopyEngineName, flatWithEngine, pagedWithEngine } from './engine-memories.ts';
import type { Xorshift } from './xorshift.ts';

/** How a ring's pages lie: in a row, scattered over one buffer, or in several buffers. */
export type Layout = 'row' | 'scattered' | 'several';

/** What kind of buffer holds the pages: the last is a WebAssembly memory's, that rings use WebAssembly for. */
export type BufferKind = 'plain' | 'shared' | 'wasm';

/** Which memory a ring is opened with. Not every layout takes every one. */
export type MemoryName =
  | 'FlatRingMem'
  | 'SingleMappedRingMem'
  | 'PagedRingMem'
  | 'user RingMem'
  | 'user RingMem, aligned'
  | 'user PagedMemory'
  | CopyEngineName;

const ENGINE_NAMES = Object.keys(COPY_ENGINES) as CopyEngineName[];
const PAGED_NAMES: readonly MemoryName[] = [
  'PagedRingMem',
  'user RingMem',
  'user RingMem, aligned',
  'user PagedMemory',
];

export const MEMORY_NAMES: Readonly<Record<Layout, readonly MemoryName[]>> = {
  row: ['FlatRingMem', 'SingleMappedRingMem', ...PAGED_NAMES, ...ENGINE_NAMES],
  scattered: [...PAGED_NAMES, ...ENGINE_NAMES],
  several: PAGED_NAMES,
};

/** Where the pages of a ring are. Can be posted to another thread, if the buffers are shared. */
export interface RingPlace {
  readonly layout: Layout;
  readonly control: PageLocation;
  /** The data pages, in the order that the ring has them. */
  readonly data: readonly PageLocation[];
}

export function pageAt({ buffer, byteOffset }: PageLocation): Uint8Array {
  return new Uint8Array(buffer, byteOffset, PAGE_SIZE);
}

/** A memory over the ring at `place`. */
export function openMemory(place: RingPlace, name: MemoryName): RingMem {
  const { layout, control, data } = place;
  const { buffer, byteOffset } = control;
  const length = data.length * PAGE_SIZE;
  const views = [control, ...data].map(pageAt);
  switch (name) {
    case 'FlatRingMem':
      return new FlatRingMem(length, buffer, byteOffset);
    case 'SingleMappedRingMem':
      return new SingleMappedRingMem(new Uint8Array(buffer, byteOffset, PAGE_SIZE + length));
    case 'PagedRingMem':
      return new PagedRingMem(new BufferPages(control, data));
    case 'user RingMem':
      return new UserRingMem(views);
    case 'user RingMem, aligned':
      return new UserAlignedRingMem(views);
    case 'user PagedMemory':
      return new PagedRingMem(new UserPagedMemory(views));
    default:
      if (layout === 'row') return flatWithEngine(length, buffer, byteOffset, COPY_ENGINES[name]);
      return pagedWithEngine(
        buffer,
        byteOffset,
        data.map((page) => page.byteOffset),
        COPY_ENGINES[name],
      );
  }
}

/** A place for a ring of `pageCount` data pages, with other bytes before, between and behind its pages. */
export function placeRing(layout: Layout, pageCount: number, kind: BufferKind, random: Xorshift): RingPlace {
  const [control, ...data] = placePages(layout, pageCount + 1, kind, random);
  return { layout, control: control!, data };
}

function allocate(byteLength: number, kind: BufferKind): ArrayBufferLike {
  if (kind === 'plain') return new ArrayBuffer(byteLength);
  if (kind === 'shared') return new SharedArrayBuffer(byteLength);
  const memory = allocateShared(byteLength) as SharedWasmMemory;
  assert.equal(accelerateMemory(memory), true);
  return memory.buffer;
}

/** Places for `count` pages at multiples of 8. */
function placePages(layout: Layout, count: number, kind: BufferKind, random: Xorshift): PageLocation[] {
  const lead = 8 * random.below(1000);
  if (layout === 'row') {
    const buffer = allocate(lead + count * PAGE_SIZE + 8 * (1 + random.below(10)), kind);
    return Array.from({ length: count }, (_, i) => ({ buffer, byteOffset: lead + i * PAGE_SIZE }));
  }
  if (layout === 'several') {
    return Array.from({ length: count }, () => {
      const byteOffset = 8 * random.below(5);
      return { buffer: allocate(byteOffset + PAGE_SIZE + 8 * (1 + random.below(5)), kind), byteOffset };
    });
  }
  const offsets: number[] = [];
  let end = lead;
  for (let i = 0; i < count; i++) {
    offsets.push(end);
    end += PAGE_SIZE + 8 * random.below(3) * random.below(20);
  }
  shuffle(offsets, random);
  const buffer = allocate(end + 64, kind);
  return offsets.map((byteOffset) => ({ buffer, byteOffset }));
}

function shuffle(list: number[], random: Xorshift): void {
  for (let i = list.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [list[i], list[j]] = [list[j]!, list[i]!];
  }
}
