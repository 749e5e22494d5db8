/** Why a channel cannot go on, or did not in time. */
export const CHANNEL_ERRORS = {
  /** This end was closed, by us. */
  Closed: 'this end of the channel is closed',
  /** The peer closed its end, and everything that it had sent before was read. */
  PeerClosed: 'the peer closed the channel',
  /** The peer's thread ended without closing its end, and everything that it had sent before was read. */
  PeerDied: 'the peer ended without closing the channel',
  /** The time that the caller gave was over. Nothing was taken, nothing was sent. */
  TimedOut: 'the time is over',
  /** Somebody opened this end before. */
  AlreadyOpen: 'this end of the channel was opened before',
  /** The handle leads to no channel. */
  InvalidHandle: 'this is no handle of a channel',
  /** More operations wait for their turn than may. */
  TooManyWaiters: 'too many operations wait already',
  /** What the peer sent is no packet of this kind of channel. The channel is closed. */
  UnexpectedPacket: 'unexpected packet',
  /** The stream that would be written to was ended by us. */
  WriteAfterEnd: 'the stream was ended',
} as const;

/** The name of one kind of {@link ChannelError}. */
export type ChannelErrorCode = keyof typeof CHANNEL_ERRORS;

/**
 * A channel cannot go on: it was closed by one of its ends, the peer died, or an operation did not end in time.
 *
 * A ring that is corrupt is no such error: that is a `VmbusRingError`. Nor is an abort: that has the abort signal's own reason.
 *
 * @example
 * ```ts
 * import { ChannelError, connectedQueues } from 'vmbus-ring';
 *
 * const [local, remote] = connectedQueues({ ringBytes: 4096 });
 * remote.close();
 * try {
 *   local.tryRead();
 * } catch (error) {
 *   if (!(error instanceof ChannelError)) throw error;
 *   error.code; // 'PeerClosed'
 * }
 * ```
 */
export class ChannelError extends Error {
  /** Always this: what `error.name` is. */
  override readonly name = 'ChannelError';
  /** What is wrong: a key of {@link CHANNEL_ERRORS}. */
  readonly code: ChannelErrorCode;

  /** The message says what `code` means, and `detail`, if any. */
  constructor(code: ChannelErrorCode, detail = '', options?: ErrorOptions) {
    super(`${CHANNEL_ERRORS[code]}${detail === '' ? '' : `: ${detail}`}`, options);
    this.code = code;
  }
}
