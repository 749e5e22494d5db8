export { BufferPages, type PageLocation } from './buffer-pages.ts';
export { FlatRingMem } from './flat-ring-mem.ts';
export { AccessError, type MemoryRead, type MemoryWrite } from './memory-access.ts';
export type { PagedMemory } from './paged-memory.ts';
export { PagedRingMem } from './paged-ring-mem.ts';
export type { RingMem } from './ring-mem.ts';
export { SingleMappedRingMem } from './single-mapped-ring-mem.ts';
