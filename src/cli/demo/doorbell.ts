/**
 * Signals between two threads: one counting word a side, in shared memory. A signal adds one to the peer's word and wakes
 * whoever sleeps on it; a sleeper names the count that it has seen, so that a signal between its last look and its sleep
 * is not missed.
 *
 * The counts wrap at 2^32. Nothing but equality is ever asked of them.
 */
export type Side = 'guest' | 'host';

/** Bytes of the doorbell's shared memory. */
export const DOORBELL_BYTES = 8;

const WORD: Record<Side, number> = { guest: 0, host: 1 };

/** One side's view of the doorbell: it rings the peer's word and waits on its own. */
export class Doorbell {
  readonly #words: Int32Array;
  readonly #own: number;
  readonly #peer: number;

  constructor(memory: SharedArrayBuffer, side: Side) {
    this.#words = new Int32Array(memory);
    this.#own = WORD[side];
    this.#peer = WORD[side === 'guest' ? 'host' : 'guest'];
  }

  /** How many signals have come. Read it before the last look at the ring, and give it to `wait`. */
  count(): number {
    return Atomics.load(this.#words, this.#own);
  }

  /** Signals the peer. */
  ring(): void {
    Atomics.add(this.#words, this.#peer, 1);
    Atomics.notify(this.#words, this.#peer, 1);
  }

  /**
   * Sleeps until a signal has come that `seen` does not count, or `timeoutMs` is over. `'not-equal'`: one had come
   * before, and there was no sleep.
   */
  wait(seen: number, timeoutMs: number): 'ok' | 'not-equal' | 'timed-out' {
    return Atomics.wait(this.#words, this.#own, seen, timeoutMs);
  }
}
