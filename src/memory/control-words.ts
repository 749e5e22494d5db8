import {
  CONTROL_FEATURE_BITS,
  CONTROL_IN,
  CONTROL_INTERRUPT_MASK,
  CONTROL_OUT,
  CONTROL_PENDING_SEND_SIZE,
  type ControlSnapshot,
} from '../wire/control-page.ts';
import { memoryGone } from './memory-gone.ts';
import type { WasmCalls } from './wasm-calls.ts';

// V8 looks an import up at each use, and checks that it is there. What a module has of its own is compiled in.
const IN = CONTROL_IN;
const OUT = CONTROL_OUT;
const MASK = CONTROL_INTERRUPT_MASK;
const PENDING = CONTROL_PENDING_SEND_SIZE;

/**
 * The one way to the control words of a ring. Nothing else in the library touches them.
 *
 * Every access but `peekIn` is an Atomics call or WebAssembly's, hence sequentially consistent, which the store -> load rows need and the others get
 * for free (JavaScript has no weaker one). The operations are exactly those that the protocol performs, the two commits
 * in one piece each: where the memory is a WebAssembly one, those that every packet needs are made by a {@link WasmCalls}.
 *
 * Values are what the memory held, as unsigned 32-bit numbers: who reads them validates them.
 */
export class ControlWords {
  readonly #words: Int32Array;
  readonly #base: number = 0;

  /** What takes the place of Atomics where the memory is a WebAssembly one; and the byte there at which the control page begins. */
  declare readonly calls: WasmCalls | null;
  declare readonly page: number;

  /** Elements of `words` when all is well; a detached or cut buffer leaves none. */
  declare readonly count: number;

  /** The control page begins at element `base` of `words`. */
  constructor(words: Int32Array, base: number, calls: WasmCalls | null = null) {
    this.#words = words;
    this.#base = base;
    this.calls = calls;
    this.page = words.byteOffset + 4 * base;
    this.count = words.length;
  }

  /** Throws if the buffer was detached, or cut so that the view of it is not whole any more. */
  checkAlive(): void {
    if (this.#words.length !== this.count) throw memoryGone();
  }

  /** Reads `in`. What was written before the peer stored it is visible afterwards (acquire). */
  loadIn(): number {
    const calls = this.calls;
    if (calls !== null) return calls.loadIn(this.page) >>> 0;
    return this.load(IN);
  }

  /**
   * Reads `in` without any order: a plain read. Packets before it may not be visible yet, so load it in order before anything is decided by it.
   * Only for WebAssembly memories, which cannot be detached: elsewhere, a buffer that is gone would read as 0. Signed: `>>> 0` makes a control word of it.
   */
  peekIn(): number {
    return this.#words[this.#base]!;
  }

  /** Reads `out`. The bytes that the peer freed by storing it may be overwritten afterwards (acquire). */
  loadOut(): number {
    const calls = this.calls;
    if (calls !== null) return calls.loadOut(this.page) >>> 0;
    return this.load(OUT);
  }

  /** Reads `word`, one of the `CONTROL_*`. */
  load(word: number): number {
    try {
      return Atomics.load(this.#words, this.#base + word) >>> 0;
    } catch (cause) {
      throw memoryGone(cause);
    }
  }

  /**
   * Writes `word`, one of the `CONTROL_*`. A consumer that is about to sleep clears the interrupt mask and then reads `in` again, a
   * producer sets the pending send size and then reads `out` again (store -> load).
   */
  store(word: number, value: number): void {
    try {
      Atomics.store(this.#words, this.#base + word, value);
    } catch (cause) {
      throw memoryGone(cause);
    }
  }

  /**
   * Publishes `in` (release: packets before it), then reads the interrupt mask, then `out` (store -> load). True if the
   * consumer wants a signal: it is not masked, and had read all that was published before this.
   */
  commitWrite(newIn: number, oldIn: number): boolean {
    const calls = this.calls;
    if (calls !== null) return calls.commitWrite(this.page, newIn, oldIn) !== 0;
    this.store(IN, newIn);
    return this.load(MASK) === 0 && this.load(OUT) === oldIn;
  }

  /**
   * Publishes `out` (release: the reads of the packets before it), then reads and returns the pending send size
   * (store -> load). Where it is not 0, `in` is to be read after it.
   */
  commitRead(newOut: number): number {
    const calls = this.calls;
    if (calls !== null) return calls.commitRead(this.page, newOut) >>> 0;
    this.store(OUT, newOut);
    return this.load(PENDING);
  }

  /** All words, one after the other: on a ring in use, no two of them need belong together. */
  snapshot(): ControlSnapshot {
    return {
      in: this.load(IN),
      out: this.load(OUT),
      interruptMask: this.load(MASK),
      pendingSendSize: this.load(PENDING),
      featureBits: this.load(CONTROL_FEATURE_BITS),
    };
  }
}
