import { ChannelError } from './channel-error.ts';
import { checkTimeout, MAXIMUM_TIMER_MS, type WaitOptions } from './wait-options.ts';

/** A call that has no completion yet: in line, waiting for room, or sent. Ended once, however it ends. */
export class PendingCall {
  /** Its transaction id, once it was sent; 0 before. */
  id = 0;
  /** Ends its wait for room, while there is one. */
  room: AbortController | null = null;
  /** What the caller gets. */
  readonly promise: Promise<Uint8Array<ArrayBuffer>>;

  readonly #onGivenUp: (call: PendingCall) => void;
  readonly #abortSignal: AbortSignal | undefined;
  readonly #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #abort: () => void = () => this.#giveUp(this.#abortSignal?.reason);
  #resolve: (payload: Uint8Array<ArrayBuffer>) => void = () => {};
  #reject: (reason: unknown) => void = () => {};

  /** `onGivenUp` is called when the call ends by its abort signal or its time. */
  constructor({ signal, timeoutMs = Number.POSITIVE_INFINITY }: WaitOptions, onGivenUp: (call: PendingCall) => void) {
    checkTimeout(timeoutMs);
    signal?.throwIfAborted();
    this.#onGivenUp = onGivenUp;
    this.#abortSignal = signal;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    signal?.addEventListener('abort', this.#abort);
    if (timeoutMs <= MAXIMUM_TIMER_MS) {
      this.#timer = setTimeout(() => this.#giveUp(new ChannelError('TimedOut', `${timeoutMs} ms`)), timeoutMs);
    }
  }

  /** The completion has come. */
  complete(payload: Uint8Array<ArrayBuffer>): void {
    this.#end();
    this.#resolve(payload);
  }

  /** None will come. */
  fail(reason: unknown): void {
    this.#end();
    this.#reject(reason);
  }

  #giveUp(reason: unknown): void {
    this.fail(reason);
    this.#onGivenUp(this);
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#abortSignal?.removeEventListener('abort', this.#abort);
  }
}
