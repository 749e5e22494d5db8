import { FlatRingMem } from './flat-ring-mem.ts';
import { PagedRingMem } from './paged-ring-mem.ts';
import type { RingMem } from './ring-mem.ts';
import type { RingWindow } from './ring-window.ts';
import { SingleMappedRingMem } from './single-mapped-ring-mem.ts';

/**
 * The window that a ring over `memory` may go through directly, or `null` where it has to call `memory`'s own methods.
 * Only the library's own classes qualify: a subclass may have overridden what the fast path would pass by.
 */
export function windowOf(memory: RingMem): RingWindow | null {
  switch (Object.getPrototypeOf(memory)) {
    case FlatRingMem.prototype:
    case SingleMappedRingMem.prototype:
    case PagedRingMem.prototype:
      return (memory as FlatRingMem | SingleMappedRingMem | PagedRingMem).window;
    default:
      return null;
  }
}
