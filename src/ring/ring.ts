import type { RingMem } from '../memory/ring-mem.ts';
import type { InnerRing } from './inner-ring.ts';

/**
 * What incoming and outgoing rings have in common: they stand on memory. Used with {@link RingRange}.
 *
 * Source: OpenVMM `vmbus_ring::Ring`.
 */
export interface Ring {
  /** The memory of the ring. */
  mem(): RingMem;

  /** What the library's own rings have at hand; for a `Ring` of somebody else's it is made of `mem`. @internal */
  readonly inner?: InnerRing;
}
