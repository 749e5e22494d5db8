import {
  BufferPages,
  createChannelPair,
  FlatRingMem,
  openChannel,
  PAGE_SIZE,
  PagedRingMem,
  type RingMem,
  SingleMappedRingMem,
} from '../../src/index.ts';

/** Bytes of data in the rings that are measured: room for 16 packets of 4096 bytes, and no more than caches hold. */
export const RING_BYTES: number = 256 * 1024;

export type MemoryKind = 'for threads' | 'flat' | 'mapped' | 'paged';

export const MEMORY_KINDS: readonly MemoryKind[] = ['for threads', 'flat', 'mapped', 'paged'];

type Allocate = new (bytes: number) => ArrayBufferLike;

/** What the library makes for channels between threads: a WebAssembly memory. */
export function memoryForThreads(): RingMem {
  const [handle] = createChannelPair({ ringBytes: RING_BYTES });
  using channel = openChannel(handle);
  return channel.outgoing.mem();
}

export function flatMemory(Buffer: Allocate): RingMem {
  return new FlatRingMem(RING_BYTES, new Buffer(PAGE_SIZE + RING_BYTES));
}

export function mappedMemory(Buffer: Allocate): RingMem {
  return new SingleMappedRingMem(new Uint8Array(new Buffer(PAGE_SIZE + RING_BYTES)));
}

/** Every other page of one buffer, in an order in which no two follow each other. */
export function pagedMemory(Buffer: Allocate): RingMem {
  const pages = RING_BYTES / PAGE_SIZE;
  const offsets = Array.from({ length: pages }, (_, i) => (2 * ((i * 27) % pages) + 1) * PAGE_SIZE);
  return new PagedRingMem(BufferPages.inBuffer(new Buffer(2 * (pages + 1) * PAGE_SIZE), 0, offsets));
}

/** Ring memory of each kind: the mapped one not shared, as a mapped file or a virtual machine's RAM is to JavaScript. */
export function createMemory(kind: MemoryKind): RingMem {
  switch (kind) {
    case 'for threads':
      return memoryForThreads();
    case 'flat':
      return flatMemory(SharedArrayBuffer);
    case 'mapped':
      return mappedMemory(ArrayBuffer);
    case 'paged':
      return pagedMemory(SharedArrayBuffer);
  }
}
