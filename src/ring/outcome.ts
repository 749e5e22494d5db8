import type { VmbusRingError } from '../wire/ring-error.ts';

/** What `IncomingRing.read` returns when there is no packet: expected, so a value. The crate's `ReadError::Empty`. */
export const Empty = null;
export type Empty = null;

/**
 * What `OutgoingRing.write` returns when there is no room: expected, so a value. The crate's `WriteError::Full`.
 * Nothing was written.
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
