import {
  CONTROL_FEATURE_BITS,
  CONTROL_IN,
  CONTROL_INTERRUPT_MASK,
  CONTROL_OUT,
  CONTROL_PENDING_SEND_SIZE,
  type ControlSnapshot,
} from '../wire/control-page.ts';
import { memoryGone } from './memory-gone.ts';

/**
 * The one way to the control words of a ring. Nothing else in the library touches them.
 *
 * Every access is an Atomics call, hence sequentially consistent, which the store -> load rows need and the others get
 * for free (JavaScript has no weaker one). The operations are exactly those that the protocol performs, the two commits
 * in one piece each, so that another implementation (WebAssembly, where the memory allows it) can take this one's place.
 *
 * Values are what the memory held, as unsigned 32-bit numbers: who reads them validates them.
 */
export class ControlWords {
  readonly #words: Int32Array;
  readonly #base: number;

  /** Elements of `#words` when all is well; a detached or cut buffer leaves none. */
  readonly #count: number;

  /** The control page begins at element `base` of `words`. */
  constructor(words: Int32Array, base: number) {
    this.#words = words;
    this.#base = base;
    this.#count = words.length;
  }

  /** Throws if the buffer was detached, or cut so that the view of it is not whole any more. */
  checkAlive(): void {
    if (this.#words.length !== this.#count) throw memoryGone();
  }

  /** Reads `in`. What was written before the peer stored it is visible afterwards (acquire). */
  loadIn(): number {
    return this.#load(CONTROL_IN);
  }

  /** Reads `out`. The bytes that the peer freed by storing it may be overwritten afterwards (acquire). */
  loadOut(): number {
    return this.#load(CONTROL_OUT);
  }

  loadInterruptMask(): number {
    return this.#load(CONTROL_INTERRUPT_MASK);
  }

  loadPendingSendSize(): number {
    return this.#load(CONTROL_PENDING_SEND_SIZE);
  }

  loadFeatureBits(): number {
    return this.#load(CONTROL_FEATURE_BITS);
  }

  /** A consumer that is about to sleep clears it and then reads `in` again (store -> load). */
  storeInterruptMask(value: number): void {
    this.#store(CONTROL_INTERRUPT_MASK, value);
  }

  /** A producer that is about to sleep sets it and then reads `out` again (store -> load). */
  storePendingSendSize(value: number): void {
    this.#store(CONTROL_PENDING_SEND_SIZE, value);
  }

  storeFeatureBits(value: number): void {
    this.#store(CONTROL_FEATURE_BITS, value);
  }

  /**
   * Publishes `in` (release: packets before it), then reads the interrupt mask, then `out` (store -> load). True if the
   * consumer wants a signal: it is not masked, and had read all that was published before this.
   */
  commitWrite(newIn: number, oldIn: number): boolean {
    const words = this.#words;
    const base = this.#base;
    try {
      Atomics.store(words, base + CONTROL_IN, newIn);
      return (
        Atomics.load(words, base + CONTROL_INTERRUPT_MASK) === 0 && Atomics.load(words, base + CONTROL_OUT) === oldIn
      );
    } catch (cause) {
      throw memoryGone(cause);
    }
  }

  /**
   * Publishes `out` (release: the reads of the packets before it), then reads and returns the pending send size
   * (store -> load). Where it is not 0, `in` is to be read after it.
   */
  commitRead(newOut: number): number {
    const words = this.#words;
    const base = this.#base;
    try {
      Atomics.store(words, base + CONTROL_OUT, newOut);
      return Atomics.load(words, base + CONTROL_PENDING_SEND_SIZE) >>> 0;
    } catch (cause) {
      throw memoryGone(cause);
    }
  }

  /** All words, one after the other: on a ring in use, no two of them need belong together. */
  snapshot(): ControlSnapshot {
    return {
      in: this.loadIn(),
      out: this.loadOut(),
      interruptMask: this.loadInterruptMask(),
      pendingSendSize: this.loadPendingSendSize(),
      featureBits: this.loadFeatureBits(),
    };
  }

  #load(word: number): number {
    try {
      return Atomics.load(this.#words, this.#base + word) >>> 0;
    } catch (cause) {
      throw memoryGone(cause);
    }
  }

  #store(word: number, value: number): void {
    try {
      Atomics.store(this.#words, this.#base + word, value);
    } catch (cause) {
      throw memoryGone(cause);
    }
  }
}
