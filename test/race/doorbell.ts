/** A wake-up was due and did not come: what the races are about. */
export class LostWakeUp extends Error {
  override readonly name = 'LostWakeUp';
}

/** How long a wait lasts at most before it looks whether there was reason to wake up. */
const WAIT_TIMEOUT_MS = 5000;

/**
 * A count of rings that a thread can sleep on. Nothing is missed between reading the count and going to sleep: a count that
 * has moved on is not waited for.
 */
export class Doorbell {
  readonly #words: Int32Array;
  readonly #index: number;

  constructor(words: Int32Array, index: number) {
    this.#words = words;
    this.#index = index;
  }

  ring(): void {
    Atomics.add(this.#words, this.#index, 1);
    Atomics.notify(this.#words, this.#index);
  }

  count(): number {
    return Atomics.load(this.#words, this.#index);
  }

  /** False if the bell did not ring in time. */
  wait(count: number, timeoutMs: number): boolean {
    return Atomics.wait(this.#words, this.#index, count, timeoutMs) !== 'timed-out' || this.count() !== count;
  }
}

/** What a side waits for, and how. */
export interface Wait {
  /** Asks the peer for a signal. */
  arm(): void;
  /** Whether there is no need to sleep (any more). */
  ready(): boolean;
  /** Whether there is so much to do that the peer has to signal. */
  due(): boolean;
}

/** Sleeps by the rules of the ring, on the side that `bell` belongs to. */
export class Sleeper {
  readonly #bell: Doorbell;
  readonly #deadlineMs: number;

  /** Times that this side slept. */
  sleeps = 0;

  /** Times that it looked once more after asking for a signal, and did not have to sleep. */
  spared = 0;

  /** `deadlineMs`: by `performance.now()`; nobody waits past it. */
  constructor(bell: Doorbell, deadlineMs: number) {
    this.#bell = bell;
    this.#deadlineMs = deadlineMs;
  }

  /** Returns when the bell has rung, or `ready` says that it need not. To be called with everything committed. */
  sleep(wait: Wait): void {
    const count = this.#bell.count();
    wait.arm();
    if (wait.ready()) {
      this.spared++;
      return;
    }
    this.sleeps++;
    while (!this.#bell.wait(count, WAIT_TIMEOUT_MS)) {
      this.checkDeadline();
      // What came at this very moment has its signal on the way. It gets as long again.
      if (wait.due() && !this.#bell.wait(count, WAIT_TIMEOUT_MS)) {
        throw new LostWakeUp(`there was work, and no signal within ${WAIT_TIMEOUT_MS} ms`);
      }
    }
  }

  checkDeadline(): void {
    if (performance.now() > this.#deadlineMs) throw new Error('the time limit of this phase has passed');
  }
}
