import type { InnerRing } from './inner-ring.ts';
import { RingOffset } from './ring-offset.ts';

/** An {@link OutgoingOffset}'s numbers: ring offsets in bytes. */
export interface OutgoingOffsetInspection {
  /** The peer's `out` as last read and validated. */
  readonly cachedOut: number;
  /** The `in` that the peer knows of. */
  readonly committedIn: number;
  /** Where the next packet goes. */
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
 *
 * @example
 * ```ts
 * import { FlatRingMem, IncomingRing, OutgoingPacketType, OutgoingRing } from 'vmbus-ring';
 *
 * const memory = new FlatRingMem(4096);
 * const outgoing = new OutgoingRing(memory);
 * const write = outgoing.outgoing();
 * outgoing.write(write, { transactionId: 0n, size: 0, typ: OutgoingPacketType.InBandNoCompletion });
 * write.inspect().nextIn; // 24
 * write.revert();
 * write.inspect().nextIn; // 0
 * outgoing.commitWrite(write);
 *
 * const incoming = new IncomingRing(memory);
 * incoming.canRead(incoming.incoming()); // false: the packet was never published
 * ```
 */
export class OutgoingOffset extends RingOffset {
  /** The peer's `out` as last read and validated. @internal */
  declare cachedOut: number;

  /** The `in` that the peer knows of. @internal */
  declare committedIn: number;

  /** Where the next packet goes. @internal */
  declare nextIn: number;

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
    this.ring.tally = { unwrittenBytes: 0 };
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
