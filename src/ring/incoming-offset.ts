import type { InnerRing } from './inner-ring.ts';
import { RingOffset } from './ring-offset.ts';

/** An {@link IncomingOffset}'s numbers: ring offsets in bytes. */
export interface IncomingOffsetInspection {
  /** The peer's `in` as last read and validated. */
  readonly cachedIn: number;
  /** The `out` that the peer knows of. */
  readonly committedOut: number;
  /** Where the next packet begins. */
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
 *
 * @example
 * ```ts
 * import { FlatRingMem, IncomingRing, OutgoingPacketType, OutgoingRing } from 'vmbus-ring';
 *
 * const memory = new FlatRingMem(4096);
 * const outgoing = new OutgoingRing(memory);
 * const write = outgoing.outgoing();
 * outgoing.write(write, { transactionId: 0n, size: 0, typ: OutgoingPacketType.InBandNoCompletion });
 * outgoing.commitWrite(write);
 *
 * const incoming = new IncomingRing(memory);
 * const read = incoming.incoming();
 * incoming.read(read)?.offset; // 0
 * incoming.read(read); // null: that was all
 * read.revert();
 * incoming.read(read)?.offset; // 0: the same packet once more
 * read.inspect().nextOut; // 24
 * read.inspect().committedOut; // 0
 * ```
 */
export class IncomingOffset extends RingOffset {
  /** The peer's `in` as last read and validated. @internal */
  declare cachedIn: number;

  /** The `out` that the peer knows of. @internal */
  declare committedOut: number;

  /** Where the next packet begins. @internal */
  declare nextOut: number;

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
