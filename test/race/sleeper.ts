import type { Signals } from './doorbell.ts';

/** A wake-up was due and did not come: what the races are about. */
export class LostWakeUp extends Error {
  override readonly name = 'LostWakeUp';
}

/**
 * How long a wait lasts at most before it looks whether there was reason to wake up. Long: a peer that the machine stopped
 * between its commit and its signal must not be taken for one that did not signal.
 */
const WAIT_TIMEOUT_MS = 10_000;

/** What a side waits for, and how. */
export interface Wait {
  /** Asks the peer for a signal. */
  arm(): void;
  /** Whether there is no need to sleep (any more). */
  ready(): boolean;
  /**
   * Whether there is so much to do that the peer has to signal. Room for the packet, but less than was asked for, is ready
   * and not due.
   */
  due(): boolean;
}

/** Sleeps by the rules of the ring. */
export class Sleeper {
  readonly #signals: Signals;
  readonly #deadlineMs: number;

  /** Times that this side slept. */
  sleeps = 0;

  /** Times that it looked once more after asking for a signal, and did not have to sleep. */
  spared = 0;

  /** `deadlineMs`: by `performance.now()`; nobody waits past it. */
  constructor(signals: Signals, deadlineMs: number) {
    this.#signals = signals;
    this.#deadlineMs = deadlineMs;
  }

  /**
   * Returns when a signal has come, or `ready` says that none is needed. To be called with everything committed. Throws
   * {@link LostWakeUp} when a wait ends by time-out and finds that a signal was due.
   */
  sleep(wait: Wait): void {
    const seen = this.#signals.count();
    wait.arm();
    if (wait.ready()) {
      this.spared++;
      return;
    }
    this.sleeps++;
    while (this.#signals.wait(seen, WAIT_TIMEOUT_MS) === 'timed-out') {
      if (wait.due()) throw new LostWakeUp(`there was work, and no signal within ${WAIT_TIMEOUT_MS} ms`);
      this.checkDeadline();
    }
  }

  checkDeadline(): void {
    if (performance.now() > this.#deadlineMs) throw new Error('the time limit of this phase has passed');
  }
}
