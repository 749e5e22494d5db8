const WORD_EPISODE = 0;
const WORD_READY = 1;
const WORD_OPERATIONS = 2;
const WORD_STEPS = 3;
const WORD_STOP = 4;
const WORD_NAME_BYTES = 5;
const NAME_OFFSET = 64;
const BOARD_BYTES = 256;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What the threads of a run tell each other while none of them goes back to its event loop. */
export class Board {
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #name: Uint8Array;

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(BOARD_BYTES)) {
    this.memory = memory;
    this.#words = new Int32Array(memory, 0, NAME_OFFSET / 4);
    this.#name = new Uint8Array(memory, NAME_OFFSET);
  }

  /** The peer may scribble while this is its episode. 0: it must not. */
  get episode(): number {
    return Atomics.load(this.#words, WORD_EPISODE);
  }

  begin(episode: number): void {
    Atomics.store(this.#words, WORD_EPISODE, episode);
  }

  /** Tells the peer to stop, and waits until it has. */
  end(timeoutMs: number): void {
    const episode = this.episode;
    Atomics.store(this.#words, WORD_EPISODE, 0);
    this.awaitReady(-episode, timeoutMs);
  }

  /** The peer has opened its end of an episode, or (negative) left it. */
  sayReady(episode: number): void {
    Atomics.store(this.#words, WORD_READY, episode);
    Atomics.notify(this.#words, WORD_READY);
  }

  /** Blocks until it has. Throws if that takes longer than it may. */
  awaitReady(episode: number, timeoutMs: number): void {
    const deadline = performance.now() + timeoutMs;
    for (let seen = this.#ready; seen !== episode; seen = this.#ready) {
      if (performance.now() > deadline) throw new Error(`the peer did not answer in episode ${Math.abs(episode)}`);
      Atomics.wait(this.#words, WORD_READY, seen, 100);
    }
  }

  get #ready(): number {
    return Atomics.load(this.#words, WORD_READY);
  }

  /** Our side begins to do something. */
  beginOperation(name: string): void {
    const bytes = encoder.encode(name).subarray(0, this.#name.length);
    this.#name.set(bytes);
    Atomics.store(this.#words, WORD_NAME_BYTES, bytes.length);
    Atomics.add(this.#words, WORD_OPERATIONS, 1);
  }

  get operations(): number {
    return Atomics.load(this.#words, WORD_OPERATIONS);
  }

  get operation(): string {
    return decoder.decode(new Uint8Array(this.#name.subarray(0, Atomics.load(this.#words, WORD_NAME_BYTES))));
  }

  /** The peer has done something. */
  countSteps(steps: number): void {
    Atomics.add(this.#words, WORD_STEPS, steps);
  }

  get steps(): number {
    return Atomics.load(this.#words, WORD_STEPS);
  }

  stop(): void {
    Atomics.store(this.#words, WORD_STOP, 1);
  }

  get isStopped(): boolean {
    return Atomics.load(this.#words, WORD_STOP) !== 0;
  }
}
