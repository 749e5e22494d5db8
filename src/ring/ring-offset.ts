import type { InnerRing } from './inner-ring.ts';

/** What incoming and outgoing offsets have in common: they are good for the ring that made them only. */
export abstract class RingOffset {
  /** @internal */
  declare readonly ring: InnerRing;

  constructor(ring: InnerRing) {
    this.ring = ring;
  }

  /**
   * Throws a TypeError unless the offset is one of `ring`'s, and a VmbusRingError if the ring's buffer is gone: what
   * follows may do with what is known already, and would not notice. @internal
   */
  checkRing(ring: InnerRing): void {
    if (ring !== this.ring) throw new TypeError('this offset belongs to another ring');
    ring.control.checkAlive();
  }
}
