/**
 * How long an asynchronous operation may wait. One that ends by its abort signal or by its time has done nothing: no packet
 * was taken, none was sent, and the ring does not know that it was ever wanted. Other than that only what sends first and then waits
 * for something else (`RequestChannel.call`), or sends piece by piece (`BytePipe.write`).
 */
export interface WaitOptions {
  /** Ends the wait with this signal's own reason. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds, 0 or more, after which the wait ends with a `ChannelError` of code `TimedOut`. For ever if left out. */
  readonly timeoutMs?: number | undefined;
}

/** Timers of JavaScript hold no more: what is longer is for ever. */
export const MAXIMUM_TIMER_MS: number = 2 ** 31 - 1;

/** Throws where `timeoutMs` is no time to wait, and the abort signal's reason where that is aborted already. */
export function checkWait({ signal, timeoutMs }: WaitOptions): void {
  if (timeoutMs !== undefined) checkTimeout(timeoutMs);
  signal?.throwIfAborted();
}

/** `timeoutMs` if it is a time that can be waited for: 0 or more, `Infinity` included. */
export function checkTimeout(timeoutMs: number): number {
  if (typeof timeoutMs !== 'number') throw new TypeError(`timeoutMs must be a number, got a ${typeof timeoutMs}`);
  if (!(timeoutMs >= 0)) {
    throw new RangeError(`timeoutMs must be 0 or more, got ${String(timeoutMs)}`);
  }
  return timeoutMs;
}
