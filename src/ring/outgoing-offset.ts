import type { InnerRing } from './inner-ring.ts';
import { RingOffset } from './ring-offset.ts';

/** An {@link OutgoingOffset}'s numbers. */
export interface OutgoingOffsetInspection {
  readonly cachedOut: number;
  readonly committedIn: number;
  readonly nextIn: number;
}

/**
 * How far a writer is: private to it, whatever the peer does to the control page. Made by `OutgoingRing.outgoing`, and
 * good for that ring only; another one refuses it with a `TypeError`.
 *
 * ```text
 *      cachedOut       committedIn       nextIn
 *   ______|################|################|_____
 *          not known to be   written, not
 *          read yet          published yet
 * ```
 *
 * Source: OpenVMM `vmbus_ring::OutgoingOffset`.
 */
export class OutgoingOffset extends RingOffset {
  /** The peer's `out` as last read and validated. @internal */
  cachedOut: number;

  /** The `in` that the peer knows of. @internal */
  committedIn: number;

  /** Where the next packet goes. @internal */
  nextIn: number;

  /** Made by `OutgoingRing.outgoing`. */
  constructor(ring: InnerRing, cachedOut: number, nextIn: number) {
    super(ring);
    this.cachedOut = cachedOut;
    this.committedIn = nextIn;
    this.nextIn = nextIn;
  }

  /** Takes back all writes that were not committed: the peer never sees them. */
  revert(): void {
    this.nextIn = this.committedIn;
  }

  /** An offset of its own at the same place. */
  clone(): OutgoingOffset {
    const copy = new OutgoingOffset(this.ring, this.cachedOut, this.committedIn);
    copy.nextIn = this.nextIn;
    return copy;
  }

  /** The three ring offsets, in bytes. */
  inspect(): OutgoingOffsetInspection {
    return { cachedOut: this.cachedOut, committedIn: this.committedIn, nextIn: this.nextIn };
  }
}
