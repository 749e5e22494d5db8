/** The longest input. */
export const MAXIMUM_INPUT_BYTES = 4096;

const WORD_EXECUTIONS = 0;
const WORD_LENGTH = 1;
const WORD_FEATURES = 2;
const WORD_STOP = 3;
const INPUT_OFFSET = 16;

/** What a fuzzing thread shows of itself, in shared memory: it cannot say anything while it hangs, or when it ran out of memory. */
export class Board {
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #input: Uint8Array;

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(INPUT_OFFSET + MAXIMUM_INPUT_BYTES)) {
    this.memory = memory;
    this.#words = new Int32Array(memory, 0, INPUT_OFFSET / 4);
    this.#input = new Uint8Array(memory, INPUT_OFFSET);
  }

  /** Says which input runs now. */
  begin(input: Uint8Array, features: number): void {
    this.#input.set(input);
    Atomics.store(this.#words, WORD_LENGTH, input.length);
    Atomics.store(this.#words, WORD_FEATURES, features);
    Atomics.add(this.#words, WORD_EXECUTIONS, 1);
  }

  get executions(): number {
    return Atomics.load(this.#words, WORD_EXECUTIONS);
  }

  get features(): number {
    return Atomics.load(this.#words, WORD_FEATURES);
  }

  /** The input that runs now, or ran last. */
  get input(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#input.subarray(0, Atomics.load(this.#words, WORD_LENGTH)));
  }

  /** Asks the thread to end. */
  stop(): void {
    Atomics.store(this.#words, WORD_STOP, 1);
  }

  get isStopped(): boolean {
    return Atomics.load(this.#words, WORD_STOP) !== 0;
  }
}
