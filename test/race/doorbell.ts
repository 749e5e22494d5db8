export type Side = 'writer' | 'reader';

/** What carries signals between two sides, as one of them sees it. */
export interface Signals {
  /** How many signals have come. Read it before the last look at the ring, and give it to `wait`. */
  count(): number;

  /** Signals the peer. */
  ring(): void;

  /**
   * Sleeps until a signal has come that `seen` does not count, or `timeoutMs` is over. `'not-equal'`: one had come
   * before, and there was no sleep.
   */
  wait(seen: number, timeoutMs: number): 'ok' | 'not-equal' | 'timed-out';
}

/** Bytes of the doorbell's shared memory. */
export const DOORBELL_BYTES = 8;

const WORD: Record<Side, number> = { writer: 0, reader: 1 };

/**
 * Signals between two threads, as bare as can be: the races are about the rings, and sleep by their own hand. One counting word a side, in shared memory. A signal adds one to the peer's word and wakes
 * whoever sleeps on it; a sleeper names the count that it has seen, so that a signal between its last look and its sleep
 * is not missed.
 *
 * The counts wrap at 2^32. Nothing but equality is ever asked of them.
 */
export class Doorbell implements Signals {
  readonly #words: Int32Array;
  readonly #own: number;
  readonly #peer: number;

  constructor(memory: SharedArrayBuffer, side: Side) {
    this.#words = new Int32Array(memory);
    this.#own = WORD[side];
    this.#peer = WORD[side === 'writer' ? 'reader' : 'writer'];
  }

  count(): number {
    return Atomics.load(this.#words, this.#own);
  }

  ring(): void {
    Atomics.add(this.#words, this.#peer, 1);
    Atomics.notify(this.#words, this.#peer, 1);
  }

  wait(seen: number, timeoutMs: number): 'ok' | 'not-equal' | 'timed-out' {
    return Atomics.wait(this.#words, this.#own, seen, timeoutMs);
  }
}
