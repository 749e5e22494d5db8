import type { InnerRing } from './inner-ring.ts';
import { RingOffset } from './ring-offset.ts';

/** An {@link IncomingOffset}'s numbers. */
export interface IncomingOffsetInspection {
  readonly cachedIn: number;
  readonly committedOut: number;
  readonly nextOut: number;
}

/**
 * How far a reader is: private to it, whatever the peer does to the control page. Made by `IncomingRing.incoming`, and
 * good for that ring only; another one refuses it with a `TypeError`.
 *
 * ```text
 *     committedOut      nextOut        cachedIn
 *   ____|##################|###############|______
 *        read, not given    known to be
 *        back yet           there
 * ```
 *
 * Source: OpenVMM `vmbus_ring::IncomingOffset`.
 */
export class IncomingOffset extends RingOffset {
  /** The peer's `in` as last read and validated. @internal */
  cachedIn: number;

  /** The `out` that the peer knows of. @internal */
  committedOut: number;

  /** Where the next packet begins. @internal */
  nextOut: number;

  /** Made by `IncomingRing.incoming`. */
  constructor(ring: InnerRing, cachedIn: number, out: number) {
    super(ring);
    this.cachedIn = cachedIn;
    this.committedOut = out;
    this.nextOut = out;
  }

  /** Takes back all reads that were not committed: the same packets come again. */
  revert(): void {
    this.nextOut = this.committedOut;
  }

  /** An offset of its own at the same place. */
  clone(): IncomingOffset {
    const copy = new IncomingOffset(this.ring, this.cachedIn, this.committedOut);
    copy.nextOut = this.nextOut;
    return copy;
  }

  /** The three ring offsets, in bytes. */
  inspect(): IncomingOffsetInspection {
    return { cachedIn: this.cachedIn, committedOut: this.committedOut, nextOut: this.nextOut };
  }
}
