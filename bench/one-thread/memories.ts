import {
  BufferPages,
  FlatRingMem,
  PAGE_SIZE,
  PagedRingMem,
  type RingMem,
  SingleMappedRingMem,
} from '../../src/index.ts';

/** Bytes of data in the rings that are measured: room for 16 packets of 4096 bytes, and no more than caches hold. */
export const RING_BYTES: number = 256 * 1024;

export type MemoryKind = 'flat' | 'mapped' | 'paged';

export const MEMORY_KINDS: readonly MemoryKind[] = ['flat', 'mapped', 'paged'];

/** Ring memory that two threads can share, of each kind. */
export function createMemory(kind: MemoryKind): RingMem {
  switch (kind) {
    case 'flat':
      return new FlatRingMem(RING_BYTES);
    case 'mapped':
      return new SingleMappedRingMem(new Uint8Array(new SharedArrayBuffer(PAGE_SIZE + RING_BYTES)));
    case 'paged': {
      const pages = RING_BYTES / PAGE_SIZE;
      // Every other page of the buffer, in an order in which no two follow each other.
      const offsets = Array.from({ length: pages }, (_, i) => (2 * ((i * 27) % pages) + 1) * PAGE_SIZE);
      return new PagedRingMem(BufferPages.inBuffer(new SharedArrayBuffer(2 * (pages + 1) * PAGE_SIZE), 0, offsets));
    }
  }
}
