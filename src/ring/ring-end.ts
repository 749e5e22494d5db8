import type { RingMem } from '../memory/ring-mem.ts';
import { InnerRing, type RingInspection } from './inner-ring.ts';
import type { Ring } from './ring.ts';

/** What the incoming and the outgoing end of a ring have in common. */
export abstract class RingEnd implements Ring {
  /** @internal */
  declare readonly inner: InnerRing;

  /** The ends say what else opening does. */
  constructor(memory: RingMem) {
    this.inner = new InnerRing(memory);
  }

  /** The memory that the ring was opened on. */
  mem(): RingMem {
    return this.inner.mem;
  }

  /** Size and control words at this moment. */
  inspect(): RingInspection {
    return this.inner.inspect();
  }
}
