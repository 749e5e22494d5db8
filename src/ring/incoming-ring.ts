import type { RingMem } from '../memory/ring-mem.ts';
import {
  CONTROL_FEATURE_BITS,
  CONTROL_INTERRUPT_MASK,
  FEATURE_SUPPORTS_PENDING_SEND_SIZE,
} from '../wire/control-page.ts';
import { FOOTER_SIZE } from '../wire/descriptor.ts';
import { describedSizeIn } from '../wire/descriptor-words.ts';
import { VmbusRingError } from '../wire/ring-error.ts';
import { IncomingOffset } from './incoming-offset.ts';
import { IncomingPacket } from './incoming-packet.ts';
import type { InnerRing } from './inner-ring.ts';
import type { Empty } from './outcome.ts';
import { parsePacket } from './parse.ts';
import { effectivePendingSendSize, isRingPointer, ringAdvance, ringAvailable, ringFree } from './pointers.ts';
import { RingEnd } from './ring-end.ts';

/**
 * The receiving endpoint of a ring. There may be one of it, and it says nothing of how signals travel: its methods tell
 * when one is due.
 *
 * Reading goes on private offsets, so that many packets can be read and their room given back at once:
 *
 * ```text
 *   incoming() -> read() ... read() -> commitRead()
 * ```
 *
 * The peer owns `in`, `pendingSendSize`, the feature bits and all of the data, and may change any of it at any time. Each
 * is validated when it is read; what is wrong throws a {@link VmbusRingError} and consumes nothing.
 *
 * Before you sleep, with everything committed: `setInterruptMask(false)`, then `canRead` once more. Only then will the
 * peer signal what it writes next, and only then is what it wrote meanwhile not missed.
 *
 * Source: OpenVMM `vmbus_ring::IncomingRing`.
 *
 * @example
 * ```ts
 * import { Empty, FlatRingMem, Full, IncomingRing, OutgoingPacketType, OutgoingRing } from 'vmbus-ring';
 *
 * const memory = new FlatRingMem(16384);
 * const outgoing = new OutgoingRing(memory);
 * const incoming = new IncomingRing(memory);
 *
 * const write = outgoing.outgoing();
 * const range = outgoing.write(write, { transactionId: 7n, size: 5, typ: OutgoingPacketType.InBandWithCompletion });
 * if (range instanceof Full) throw new Error(`no room for ${range.size} bytes`);
 * range.writer(outgoing).write(new TextEncoder().encode('hello'));
 * if (outgoing.commitWrite(write)) console.log('the reader wants a signal');
 *
 * const read = incoming.incoming();
 * const packet = incoming.read(read);
 * if (packet !== Empty) {
 *   packet.transactionId; // 7n
 *   packet.payload.reader(incoming).readAll(); // 'hello' and three zeros
 * }
 * if (incoming.commitRead(read)) console.log('the writer wants a signal');
 * ```
 */
export class IncomingRing extends RingEnd {
  /**
   * Opens the reading end of the ring in `memory` and masks its interrupts. Reading goes on where the last reader left
   * off: at the `out` found there.
   *
   * Throws a {@link VmbusRingError} with code `InvalidRingMemory` or `RingTooLarge` where the memory cannot be a ring.
   * `in` and `out` are looked at by `incoming`.
   */
  constructor(memory: RingMem) {
    super(memory);
    this.inner.control.store(CONTROL_INTERRUPT_MASK, 1);
  }

  /** Whether the writer of this ring says that it honours the pending send size of the ring that it reads. */
  supportsPendingSendSize(): boolean {
    return (this.inner.control.load(CONTROL_FEATURE_BITS) & FEATURE_SUPPORTS_PENDING_SEND_SIZE) !== 0;
  }

  /**
   * Masks the ring (`true`), or asks to be signalled when it becomes non-empty (`false`). After unmasking, look with
   * `canRead` before you sleep: the store and that load are sequentially consistent.
   */
  setInterruptMask(state: boolean): void {
    this.inner.control.store(CONTROL_INTERRUPT_MASK, state ? 1 : 0);
  }

  /**
   * Throws a {@link VmbusRingError} with code `InterruptsExternallyMasked` if the mask, which only this end may write, is
   * set: to be called while it should be clear.
   */
  verifyInterruptsUnmasked(): void {
    if (this.inner.control.load(CONTROL_INTERRUPT_MASK) !== 0) throw new VmbusRingError('InterruptsExternallyMasked');
  }

  /**
   * Where reading begins: `out`, and `in` as it is now. Throws a {@link VmbusRingError} with code `InvalidRingPointer`
   * if either is corrupt.
   */
  incoming(): IncomingOffset {
    const { inner } = this;
    const out = inner.validate(inner.control.loadOut());
    const cachedIn = inner.validate(inner.control.loadIn());
    return new IncomingOffset(inner, cachedIn, out);
  }

  /** Whether there is a packet to read. Throws a {@link VmbusRingError} with code `InvalidRingPointer` if `in` is corrupt. */
  canRead(offset: IncomingOffset): boolean {
    const { inner } = this;
    offset.checkRing(inner);
    if (offset.nextOut !== offset.cachedIn) return true;
    offset.cachedIn = inner.validate(inner.control.loadIn());
    return offset.nextOut !== offset.cachedIn;
  }

  /**
   * The next packet, or `Empty` (`null`). The peer's `in` is only looked at when all that was known of is read. The
   * packet's room goes back to the writer with `commitRead`; until then `revert` makes it be read again.
   *
   * Give `into` a packet of your own to have it filled and returned: reading makes no object then. What it was before is gone.
   *
   * Throws a {@link VmbusRingError} if the ring is corrupt. Nothing is consumed then: the same again next time.
   */
  read(offset: IncomingOffset, into?: IncomingPacket): IncomingPacket | Empty {
    if (!this.canRead(offset)) return null;
    const { inner } = this;
    const out = offset.nextOut;
    const packet = into ?? new IncomingPacket();
    parsePacket(inner, out, ringAvailable(inner.size, offset.cachedIn, out), packet);
    offset.nextOut = ringAdvance(inner.size, out, describedSizeIn(packet.word1) + FOOTER_SIZE);
    return packet;
  }

  /**
   * Gives the room of all packets read so far back to the writer. True if the writer waits for as much as is free now
   * and was not before: signal it then.
   *
   * `out` is stored before the peer's words are read (sequentially consistent). A corrupt `in` gives no signal; the next
   * read reports it.
   */
  commitRead(offset: IncomingOffset): boolean {
    const { inner } = this;
    offset.checkRing(inner);
    const oldOut = offset.committedOut;
    const newOut = offset.nextOut;
    if (oldOut === newOut) return false;
    const pending = inner.control.commitRead(newOut);
    offset.committedOut = newOut;
    return reachesPendingSize(inner, pending, oldOut, newOut);
  }
}

/**
 * Whether the writer, which the pending send size makes wait, has its bytes by what moving `out` gave back, and had them not before. The commit of
 * `out` comes before, as the load of that size does.
 */
export function reachesPendingSize(inner: InnerRing, pendingSendSize: number, oldOut: number, newOut: number): boolean {
  const { size } = inner;
  const pending = effectivePendingSendSize(pendingSendSize);
  if (pending === 0) return false;
  const newIn = inner.control.loadIn();
  return (
    isRingPointer(size, newIn) && ringFree(size, newIn, oldOut) < pending && pending <= ringFree(size, newIn, newOut)
  );
}
