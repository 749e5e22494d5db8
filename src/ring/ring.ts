import type { RingMem } from '../memory/ring-mem.ts';
import type { InnerRing } from './inner-ring.ts';

/**
 * What incoming and outgoing rings have in common: they stand on memory. Used with {@link RingRange}.
 *
 * Source: OpenVMM `vmbus_ring::Ring`.
 *
 * @example
 * ```ts
 * import { FlatRingMem, IncomingRing, OutgoingRing, type Ring } from 'vmbus-ring';
 *
 * const sizeOf = (ring: Ring): number => ring.mem().length;
 * const memory = new FlatRingMem(8192);
 * sizeOf(new OutgoingRing(memory)); // 8192
 * sizeOf(new IncomingRing(memory)); // 8192
 * ```
 */
export interface Ring {
  /** The memory of the ring. */
  mem(): RingMem;

  /** What the library's own rings have at hand; for a `Ring` of somebody else's it is made of `mem`. @internal */
  readonly inner?: InnerRing;
}
