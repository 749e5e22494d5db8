import { isUnsigned } from '../wire/unsigned.ts';

/** What a `BytePipe` saves beside the rings' offsets. */
export interface SavedByteStreams {
  /** Bytes that were read of the first packet in the incoming ring, which stays there until all of it is read. */
  readonly position: number;
  /** Whether the end of the incoming stream was read. */
  readonly readEnded: boolean;
  /** Whether the outgoing stream was ended. */
  readonly writeEnded: boolean;
}

/** What a `MessagePipe` saves beside the rings' offsets. */
export interface SavedMessages {
  /** Whether messages have no pipe header. */
  readonly raw: boolean;
}

const NEW_STREAMS: SavedByteStreams = { position: 0, readEnded: false, writeEnded: false };

/**
 * Where the streams of a pipe go on: `restored` is what it had saved, or `null`. Throws a `TypeError` or a `RangeError` where it cannot
 * have been saved by a pipe whose packets carry up to `limit` bytes. Whether the packet has as much, nobody knows before it is read.
 */
export function restoredStreams(restored: unknown, limit: number): SavedByteStreams {
  if (restored === null) return NEW_STREAMS;
  const { position, readEnded, writeEnded } = restoredFields<SavedByteStreams>(restored);
  if (typeof readEnded !== 'boolean' || typeof writeEnded !== 'boolean') {
    throw new TypeError('a saved byte pipe says whether its streams were ended');
  }
  if (position === undefined || !isUnsigned(position) || position >= limit) {
    throw new RangeError(`a saved position must be 0 to ${limit - 1}, got ${String(position)}`);
  }
  if (readEnded && position !== 0)
    throw new RangeError(`a stream was read to its end, and ${position} bytes behind it`);
  return { position, readEnded, writeEnded };
}

/** Throws a `TypeError` where `restored`, which is what the pipe had saved, or `null`, is not of a pipe that is `raw`, or is not. */
export function checkRestoredMessages(restored: unknown, raw: boolean): void {
  if (restored === null) return;
  const { raw: saved } = restoredFields<SavedMessages>(restored);
  if (typeof saved !== 'boolean') throw new TypeError('a saved message pipe says whether it is raw');
  if (saved !== raw) throw new TypeError(`the pipe that was saved was ${saved ? '' : 'not '}raw`);
}

function restoredFields<T>(restored: unknown): Partial<T> {
  if (typeof restored !== 'object' || restored === null) throw new TypeError('the saved state of a pipe is an object');
  return restored;
}
