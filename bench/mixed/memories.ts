import type { RingMem } from '../../src/index.ts';
import { flatMemory, mappedMemory, memoryForThreads, pagedMemory, RING_BYTES } from '../one-thread/memories.ts';
import { OwnRingMem } from './own-ring-mem.ts';

/** What a ring can stand on: memory that threads can share or not, of one kind or another. */
export type MemoryKind =
  | `${'flat' | 'mapped' | 'paged'}, ${'shared' | 'not shared'}`
  | 'between threads'
  | "user's own";

const CREATE: Readonly<Record<MemoryKind, () => RingMem>> = {
  'flat, shared': () => flatMemory(SharedArrayBuffer),
  'flat, not shared': () => flatMemory(ArrayBuffer),
  'mapped, shared': () => mappedMemory(SharedArrayBuffer),
  'mapped, not shared': () => mappedMemory(ArrayBuffer),
  'paged, shared': () => pagedMemory(SharedArrayBuffer),
  'paged, not shared': () => pagedMemory(ArrayBuffer),
  'between threads': memoryForThreads,
  "user's own": () => new OwnRingMem(RING_BYTES),
};

export const MEMORY_KINDS: readonly MemoryKind[] = Object.keys(CREATE) as MemoryKind[];

/** Memory for one ring. */
export function createMemory(kind: MemoryKind): RingMem {
  return CREATE[kind]();
}
