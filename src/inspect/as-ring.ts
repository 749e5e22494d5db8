import type { InnerRing } from '../ring/inner-ring.ts';
import type { Ring } from '../ring/ring.ts';

/** `inner` as what ranges are read through. Neither of a ring's two ends is opened: that would write to its control words. */
export function asRing(inner: InnerRing): Ring {
  return { inner, mem: () => inner.mem };
}
