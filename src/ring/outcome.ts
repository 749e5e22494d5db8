import type { VmbusRingError } from '../wire/ring-error.ts';

/**
 * What `IncomingRing.read` returns when there is no packet: expected, so a value. The crate's `ReadError::Empty`.
 *
 * @example
 * ```ts
 * import { Empty, FlatRingMem, IncomingRing } from 'vmbus-ring';
 *
 * const ring = new IncomingRing(new FlatRingMem(4096));
 * ring.read(ring.incoming()) === Empty; // true
 * ```
 */
export const Empty = null;
/** The type of {@link Empty}. */
export type Empty = null;

/**
 * What `OutgoingRing.write` returns when there is no room: expected, so a value. The crate's `WriteError::Full`.
 * Nothing was written.
 *
 * @example
 * ```ts
 * import { FlatRingMem, Full, OutgoingPacketType, OutgoingRing } from 'vmbus-ring';
 *
 * const ring = new OutgoingRing(new FlatRingMem(4096));
 * const offset = ring.outgoing();
 * const packet = { transactionId: 0n, size: 2048, typ: OutgoingPacketType.InBandNoCompletion };
 * ring.write(offset, packet) instanceof Full; // false
 *
 * const second = ring.write(offset, packet);
 * if (second instanceof Full) {
 *   second.size; // 2072
 *   ring.commitWrite(offset);
 *   ring.setPendingSendSize(second.size); // then sleep, unless `canWrite` says that there is room now
 * }
 * ```
 */
export class Full {
  /** Bytes that the packet needs on the ring: what to give to `setPendingSendSize`. */
  readonly size: number;

  /** Made by `OutgoingRing.write`. */
  constructor(size: number) {
    this.size = size;
  }
}

/**
 * The crate's `ReadError`: `Empty` is returned, and its `Corrupt` is thrown, as the {@link VmbusRingError} itself.
 */
export type ReadError = Empty | VmbusRingError;

/**
 * The crate's `WriteError`: `Full` is returned, and its `Corrupt` is thrown, as the {@link VmbusRingError} itself.
 */
export type WriteError = Full | VmbusRingError;
