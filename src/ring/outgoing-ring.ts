import type { RingMem } from '../memory/ring-mem.ts';
import {
  CONTROL_FEATURE_BITS,
  CONTROL_PENDING_SEND_SIZE,
  FEATURE_SUPPORTS_PENDING_SEND_SIZE,
} from '../wire/control-page.ts';
import { DESCRIPTOR_SIZE, FOOTER_SIZE } from '../wire/descriptor.ts';
import { InvalidPacketError } from '../wire/ring-error.ts';
import { encodeExtendedHeader, encodePacket } from './encode.ts';
import { Full } from './outcome.ts';
import { headerSize, typeAndFlags } from './outgoing-header.ts';
import { OutgoingOffset } from './outgoing-offset.ts';
import type { OutgoingPacket } from './outgoing-packet.ts';
import { ringAdvance, ringFree } from './pointers.ts';
import { RingRange } from './range.ts';
import { RingEnd } from './ring-end.ts';
import { splitId } from './u64-words.ts';
import { checkUnsigned } from '../wire/unsigned.ts';

/**
 * The sending side of a ring. There may be one of it, and it says nothing of how signals travel: its methods tell when one
 * is due.
 *
 * Writing goes on private offsets, so that many packets can be published at once:
 *
 * ```text
 *   outgoing() -> write(), fill its range ... write(), fill its range -> commitWrite()
 * ```
 *
 * The peer owns `out` and the interrupt mask, and may change them at any time. `out` is validated when it is read; a
 * corrupt one throws a {@link VmbusRingError}.
 *
 * Before you sleep on a full ring, with everything committed: `setPendingSendSize(bytes)`, then `canWrite` once more.
 * Where `IncomingRing.supportsPendingSendSize` of the ring in the other direction says no, the peer will not signal: poll.
 *
 * Source: OpenVMM `vmbus_ring::OutgoingRing`. See {@link IncomingRing} for an example of both.
 *
 * @example
 * ```ts
 * import { FlatRingMem, Full, OutgoingPacketType, OutgoingRing, PacketSize } from 'vmbus-ring';
 *
 * const ring = new OutgoingRing(new FlatRingMem(4096));
 * const offset = ring.outgoing();
 * for (const text of ['one', 'two']) {
 *   const payload = new TextEncoder().encode(text);
 *   const packet = { transactionId: 0n, size: payload.length, typ: OutgoingPacketType.InBandNoCompletion };
 *   const range = ring.write(offset, packet);
 *   if (range instanceof Full) throw new Error(`no room for ${range.size} bytes`);
 *   range.writer(ring).write(payload);
 * }
 * ring.commitWrite(offset); // true: the ring was empty and is not masked, so the reader wants a signal
 *
 * const size = PacketSize.inBand(4040);
 * ring.setPendingSendSize(size);
 * ring.canWrite(offset, size); // false: sleep, until the reader signals that there is room
 * ```
 */
export class OutgoingRing extends RingEnd {
  /**
   * Opens the writing end of the ring in `memory`, announces the pending send size feature and sets that size to 0.
   * Writing goes on where the last writer left off: at the `in` found there.
   *
   * Throws a {@link VmbusRingError} with code `InvalidRingMemory` or `RingTooLarge` where the memory cannot be a ring.
   * `in` and `out` are looked at by `outgoing`.
   */
  constructor(memory: RingMem) {
    super(memory);
    const { control } = this.inner;
    control.store(CONTROL_FEATURE_BITS, FEATURE_SUPPORTS_PENDING_SEND_SIZE);
    control.store(CONTROL_PENDING_SEND_SIZE, 0);
  }

  /**
   * Where writing begins: `in`, and `out` as it is now. Throws a {@link VmbusRingError} with code `InvalidRingPointer` if
   * either is corrupt.
   */
  outgoing(): OutgoingOffset {
    const { inner } = this;
    const nextIn = inner.validate(inner.control.loadIn());
    const cachedOut = inner.validate(inner.control.loadOut());
    // What another offset began and never published is given up by beginning anew.
    inner.tally = { unwrittenBytes: 0 };
    return new OutgoingOffset(inner, cachedOut, nextIn);
  }

  /**
   * Asks the reader for a signal when `length` bytes are free, rounded up to a multiple of 8; 0 withdraws the request. Look
   * with `canWrite` before you sleep: the store and that load are sequentially consistent.
   *
   * Throws an {@link InvalidPacketError} with code `InvalidMessageLength` above `maximumPacketSize()`.
   */
  setPendingSendSize(length: number): void {
    this.#checkLength(length);
    this.inner.control.store(CONTROL_PENDING_SEND_SIZE, (length + 7) & ~7);
  }

  /** Bytes of the largest packet that the ring can hold, footer included: its size less 8. */
  maximumPacketSize(): number {
    return this.inner.size - 8;
  }

  /**
   * Whether a packet of `length` bytes, footer included (see `PacketSize`), can be written now. The peer's `out` is only
   * looked at when what was known to be free does not suffice. Throws a {@link VmbusRingError} with code
   * `InvalidRingPointer` if it is corrupt, and an {@link InvalidPacketError} above `maximumPacketSize()`: waiting for that
   * would never end.
   */
  canWrite(offset: OutgoingOffset, length: number): boolean {
    const { inner } = this;
    offset.checkRing(inner);
    this.#checkLength(length);
    if (ringFree(inner.size, offset.nextIn, offset.cachedOut) >= length) return true;
    offset.cachedOut = inner.validate(inner.control.loadOut());
    return ringFree(inner.size, offset.nextIn, offset.cachedOut) >= length;
  }

  /**
   * Publishes all packets written so far. True if the reader waits for a signal: it is not masked, and had read everything
   * that was published before.
   *
   * `in` is stored before the peer's words are read (sequentially consistent). Throws a `RangeError`, and publishes nothing,
   * while a `RingRangeWriter` has bytes left to write: write them, or `revert`.
   */
  commitWrite(offset: OutgoingOffset): boolean {
    const { inner } = this;
    offset.checkRing(inner);
    const oldIn = offset.committedIn;
    const newIn = offset.nextIn;
    if (oldIn === newIn) return false;
    const { unwrittenBytes } = inner.tally;
    if (unwrittenBytes !== 0) throw new RangeError(`${unwrittenBytes} bytes of payload are not written yet`);
    const signal = inner.control.commitWrite(newIn, oldIn);
    offset.committedIn = newIn;
    return signal;
  }

  /**
   * Writes header and footer of the next packet and returns the range for its payload: fill it, then commit. Padding is
   * zeroed. Returns `Full`, which says how many bytes are needed, where there is no room.
   *
   * Throws, before anything is written: an {@link InvalidPacketError} for a packet larger than the ring
   * (`maximumPacketSize`) or the format (524,280 bytes without the footer), or a GPA-direct packet without ranges; a
   * `RangeError` or `TypeError` for arguments that are none; a {@link VmbusRingError} if `out` is corrupt.
   */
  write(offset: OutgoingOffset, packet: OutgoingPacket): RingRange | Full {
    const { inner } = this;
    offset.checkRing(inner);
    const { typ } = packet;
    const payloadBytes = packet.size;
    const typeFlags = typeAndFlags(typ);
    const headerBytes = headerSize(typ);
    const totalBytes = headerBytes + ((payloadBytes + 7) & ~7) + FOOTER_SIZE;
    const limitBytes = inner.writableLimitBytes;
    // In this order: past the limit the 32-bit arithmetic above means nothing.
    if (payloadBytes >>> 0 !== payloadBytes || payloadBytes > limitBytes || !(totalBytes <= limitBytes)) {
      throw this.#refuse(headerBytes, payloadBytes);
    }
    const id = packet.transactionId;
    let idLow = id as number;
    let idHigh = 0;
    if (typeof id !== 'number' || id >>> 0 !== id) {
      const words = splitId(id);
      idLow = words[0]!;
      idHigh = words[1]!;
    }
    const at = offset.nextIn;
    if (ringFree(inner.size, at, offset.cachedOut) < totalBytes && !this.canWrite(offset, totalBytes)) {
      return new Full(totalBytes);
    }
    encodePacket(inner, at, totalBytes, typeFlags, headerBytes, payloadBytes, idLow, idHigh);
    if (headerBytes !== DESCRIPTOR_SIZE) encodeExtendedHeader(inner, at, typ);
    offset.nextIn = ringAdvance(inner.size, at, totalBytes);
    return new RingRange(at + headerBytes, payloadBytes);
  }

  #checkLength(length: number): void {
    checkUnsigned('length', length);
    if (length > this.maximumPacketSize()) throw tooLong(length, this.maximumPacketSize());
  }

  /** Says what is wrong with a packet that `write` refuses. */
  #refuse(headerBytes: number, payloadBytes: number): Error {
    checkUnsigned('size', payloadBytes);
    const totalBytes = headerBytes + Math.ceil(payloadBytes / 8) * 8 + FOOTER_SIZE;
    return tooLong(totalBytes, this.inner.writableLimitBytes);
  }
}

function tooLong(bytes: number, limitBytes: number): InvalidPacketError {
  return new InvalidPacketError(
    'InvalidMessageLength',
    `${bytes} bytes with the footer, at most ${limitBytes} can be sent`,
  );
}
