import { ChannelError } from './channel-error.ts';
import type { ChannelCounters } from './counters.ts';
import { LOOK_INTERVAL_MS, type Signal } from './signal.ts';
import { pause, SpinBudget } from './spin-budget.ts';
import { letGo } from './timer.ts';
import { checkTimeout, checkWait, MAXIMUM_TIMER_MS, type WaitOptions } from './wait-options.ts';

/**
 * Does what somebody waits for, if it can be done now: returns its result, else `undefined`. With `arm`, the peer is first
 * asked to signal when it may have become possible: only then may the caller sleep.
 */
export type Attempt<T> = (arm: boolean) => T | undefined;

interface Waiter {
  /** True if it has come to its end. */
  attempt(): boolean;
  fail(reason: unknown): void;
}

/**
 * The operations of one end of a channel that wait for the peer, in the order in which they came. Each wake-up attempts all
 * of them; between two wake-ups nothing runs.
 *
 * No wake-up is lost: the signals are counted before the attempts, and listening begins with that count.
 */
export class Waiters {
  /** Whether the timers of waits that begin now keep the process alive. */
  keepsAlive = true;

  readonly #signal: Signal;
  readonly #spin = new SpinBudget();
  readonly #counters: ChannelCounters;
  readonly #waiting: Set<Waiter> = new Set();
  readonly #wake: () => void = () => this.#onWake();
  #seen = 0;
  #poking = false;
  #pokeAgain = false;

  constructor(signal: Signal, counters: ChannelCounters) {
    this.#signal = signal;
    this.#counters = counters;
  }

  /** Whether no operation waits. */
  get isIdle(): boolean {
    return this.#waiting.size === 0;
  }

  /**
   * The result of `attempt`, as soon as there is one. `withdraw` takes back what it asked of the peer, where the wait ends
   * without a result: by abort, by time, by closing, by an error of `attempt` itself.
   */
  wait<T>(attempt: Attempt<T>, withdraw: () => void, options: WaitOptions): Promise<T> {
    const { signal: abortSignal, timeoutMs = Number.POSITIVE_INFINITY } = options;
    return new Promise((resolve, reject) => {
      try {
        checkWait(options);
      } catch (error) {
        withdraw();
        throw error;
      }
      let timer: ReturnType<typeof setTimeout> | undefined;
      const end = (): void => {
        this.#remove(waiter);
        clearTimeout(timer);
        abortSignal?.removeEventListener('abort', abort);
      };
      const waiter: Waiter = {
        attempt: () => {
          // One abort signal may end several waits: those whose turn comes by the end of another one are over as well.
          if (abortSignal?.aborted === true) {
            waiter.fail(abortSignal.reason);
            return true;
          }
          const result = attempt(true);
          if (result === undefined) return false;
          end();
          resolve(result);
          return true;
        },
        fail: (reason) => {
          end();
          reject(reason);
          withdraw();
        },
      };
      const abort = (): void => waiter.fail(abortSignal?.reason);
      const seen = this.#signal.count();
      if (this.#attempt(waiter)) return;
      if (timeoutMs <= MAXIMUM_TIMER_MS) {
        timer = setTimeout(() => {
          // Who waits often and not for long would else never hear that the peer's thread has ended.
          this.#signal.look();
          if (!this.#attempt(waiter)) waiter.fail(new ChannelError('TimedOut', `${timeoutMs} ms`));
        }, timeoutMs);
        if (!this.keepsAlive) letGo(timer);
      }
      abortSignal?.addEventListener('abort', abort);
      this.#add(waiter, seen);
    });
  }

  /**
   * The same without a promise, for who waits at many ends: over when `attempt` returns true; `onError` is called where it throws,
   * or the channel closes. Returns what ends it before that.
   */
  watch(attempt: () => boolean, onError: (reason: unknown) => void): () => void {
    const remove = (): void => this.#remove(waiter);
    const waiter: Waiter = {
      attempt: () => {
        if (!attempt()) return false;
        remove();
        return true;
      },
      fail: (reason) => {
        remove();
        onError(reason);
      },
    };
    const seen = this.#signal.count();
    if (!this.#attempt(waiter)) this.#add(waiter, seen);
    return remove;
  }

  /**
   * The same, blocking the thread. `isDue` says whether a peer that was asked to signal should have done so by now. `pollMs` says
   * how long one sleep may be at most: asked before each. The asynchronous operations go on meanwhile: nobody else lets them
   * while the thread blocks, and the peer may wait for just that.
   */
  waitSync<T>(
    attempt: Attempt<T>,
    withdraw: () => void,
    timeoutMs: number,
    isDue: () => boolean,
    pollMs?: () => number,
  ): T {
    try {
      checkTimeout(timeoutMs);
      for (let polls = this.#spin.next(); polls > 0; polls--) {
        const result = attempt(false);
        if (result !== undefined) {
          this.#spin.paid();
          return result;
        }
        pause();
      }
      this.#spin.failed();
      const deadline = performance.now() + timeoutMs;
      for (let came = false; ;) {
        const seen = this.#signal.count();
        const result = attempt(true);
        if (result !== undefined) return result;
        const progress = this.poke();
        if (came && !progress) this.#counters.signalsSpurious++;
        came = false;
        // One that came to its end may have made place for this one.
        if (progress) continue;
        const leftMs = deadline - performance.now();
        if (leftMs <= 0) throw new ChannelError('TimedOut', `${timeoutMs} ms`);
        came = this.#signal.waitSync(seen, Math.min(leftMs, pollMs?.() ?? LOOK_INTERVAL_MS, LOOK_INTERVAL_MS));
        if (!came) {
          this.#signal.look();
          came = isDue() && this.#awaitDue(seen, deadline - performance.now());
        }
        if (came) this.#counters.signalsReceived++;
      }
    } catch (error) {
      withdraw();
      throw error;
    }
  }

  /**
   * Attempts all that wait, now: what they wait for may have become possible by what this end did itself. True if one came to
   * its end. Called from within itself, it has the outer call go round once more: lines of waiters are no deeper for that.
   */
  poke(): boolean {
    this.#pokeAgain = true;
    if (this.#poking) return false;
    this.#poking = true;
    let progress = false;
    try {
      while (this.#pokeAgain) {
        this.#pokeAgain = false;
        for (const waiter of this.#waiting) if (this.#attempt(waiter)) progress = true;
      }
    } finally {
      this.#poking = false;
    }
    return progress;
  }

  /** Ends all waits with `reason`. */
  failAll(reason: unknown): void {
    for (const waiter of this.#waiting) waiter.fail(reason);
  }

  /**
   * A signal is due, and a sleep ended without it. It may be on its way: peers publish first, then they signal. True if it comes;
   * if it does not within as long as another sleep, it is lost, unless the peer is gone.
   */
  #awaitDue(seen: number, leftMs: number): boolean {
    // Too little time to tell: the caller wants his result.
    if (leftMs < LOOK_INTERVAL_MS) return false;
    const came = this.#signal.waitSync(seen, LOOK_INTERVAL_MS);
    if (came) return true;
    this.#signal.look();
    if (!this.#signal.isPeerGone()) this.#counters.signalsLost++;
    return false;
  }

  #onWake(): void {
    const signal = this.#signal;
    const seen = signal.count();
    const came = seen !== this.#seen;
    this.#seen = seen;
    if (!came) signal.look();
    const progress = this.poke();
    if (came) this.#counters.signalsReceived++;
    if (came && !progress) this.#counters.signalsSpurious++;
    if (this.#waiting.size > 0) this.#listen(seen);
  }

  #attempt(waiter: Waiter): boolean {
    try {
      return waiter.attempt();
    } catch (error) {
      waiter.fail(error);
      return true;
    }
  }

  #add(waiter: Waiter, seen: number): void {
    this.#waiting.add(waiter);
    if (this.#waiting.size > 1) return;
    this.#seen = seen;
    this.#listen(seen);
  }

  /** Where the system has nothing to wait with (no memory, say), nobody waits. */
  #listen(seen: number): void {
    try {
      this.#signal.listen(seen, this.#wake);
    } catch (error) {
      this.failAll(error);
    }
  }

  #remove(waiter: Waiter): void {
    if (this.#waiting.delete(waiter) && this.#waiting.size === 0) this.#signal.unlisten();
  }
}
