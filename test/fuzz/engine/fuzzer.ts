import type { Xorshift } from '../../support/xorshift.ts';
import { type Board, MAXIMUM_INPUT_BYTES } from './board.ts';
import { Features } from './features.ts';
import type { FuzzTarget } from './fuzz-target.ts';
import type { LoadedTargets } from './load-targets.ts';
import { Mutator, splice } from './mutator.ts';

/** What one input may make the library allocate by lengths that it computes. The largest that is right: both copies of a header and a payload, some times over. */
const ALLOCATION_LIMIT = 64 << 20;

/** Runs between two looks at the clock, and turns of the event loop. */
const CLOCK_INTERVAL = 256;

/** An input that broke a promise. */
export interface Crash {
  readonly input: Uint8Array<ArrayBuffer>;
  /** What was thrown, with its stack. */
  readonly error: string;
}

/** Runs a target on inputs that it makes out of those that reached something new. */
export class Fuzzer {
  readonly features: Features;
  corpus: Uint8Array<ArrayBuffer>[] = [];
  readonly #loaded: LoadedTargets;
  readonly #target: FuzzTarget;
  readonly #random: Xorshift;
  readonly #mutator: Mutator;
  readonly #board: Board;

  constructor(loaded: LoadedTargets, target: FuzzTarget, random: Xorshift, board: Board) {
    this.#loaded = loaded;
    this.#target = target;
    this.#random = random;
    this.#mutator = new Mutator(random, loaded.literals, MAXIMUM_INPUT_BYTES);
    this.#board = board;
    this.features = new Features(loaded.counters);
  }

  /** Takes `inputs` as they are, then makes new ones until time is over: the first that breaks a promise, or `null`. */
  async run(inputs: Iterable<Uint8Array>, untilMs: number, maximumRuns: number = Infinity): Promise<Crash | null> {
    for (const input of inputs) {
      const crash = await this.#try(new Uint8Array(input.subarray(0, MAXIMUM_INPUT_BYTES)));
      if (crash !== null) return crash;
    }
    for (let runs = 1; runs <= maximumRuns; runs++) {
      if (runs % CLOCK_INTERVAL === 0) {
        if (performance.now() >= untilMs || this.#board.isStopped) break;
        await new Promise((resume) => setImmediate(resume));
      }
      const crash = await this.#try(this.#mutator.mutate(this.#choose(), this.#choose()));
      if (crash !== null) return crash;
    }
    return null;
  }

  /** Runs one input as it is: the crash, or `null`. */
  async replay(input: Uint8Array): Promise<Crash | null> {
    const copy = new Uint8Array(input);
    const error = await this.#execute(copy);
    return error === null ? null : { input: copy, error: textOf(error) };
  }

  /** As few of the corpus's inputs as reach the same, the shortest first. */
  async minimise(): Promise<Uint8Array<ArrayBuffer>[]> {
    const reached = new Features(this.#loaded.counters);
    const kept: Uint8Array<ArrayBuffer>[] = [];
    for (const input of this.corpus.toSorted((a, b) => a.length - b.length)) {
      await this.#execute(input);
      if (reached.takeNew() !== null) kept.push(input);
    }
    return kept;
  }

  /** Half of the time one that was found lately: there is most left to be found around it. */
  #choose(): Uint8Array<ArrayBuffer> {
    const { corpus } = this;
    if (corpus.length === 0) return new Uint8Array(0);
    const recent = Math.max(1, corpus.length >> 3);
    if (this.#random.below(2) === 0) return corpus[corpus.length - 1 - this.#random.below(recent)]!;
    return corpus[this.#random.below(corpus.length)]!;
  }

  async #try(input: Uint8Array<ArrayBuffer>): Promise<Crash | null> {
    const error = await this.#execute(input);
    if (error !== null) return this.#shrink(input, error);
    const found = this.features.takeNew();
    if (found !== null) {
      const shorter = await this.#cut(input, (failure) => failure === null && this.features.includes(found));
      this.corpus.push(shorter);
    }
    return null;
  }

  /** What it throws, or `null`. */
  async #execute(input: Uint8Array<ArrayBuffer>): Promise<unknown> {
    const { meter } = this.#loaded;
    this.#board.begin(input, this.features.count);
    // A copy: what a target does to its input is its own affair.
    const copy = new Uint8Array(input);
    this.features.reset();
    meter.bytes = 0;
    meter.limit = ALLOCATION_LIMIT;
    try {
      const pending = this.#target.run(copy);
      if (pending !== undefined) await pending;
      return null;
    } catch (error) {
      return error ?? new Error('something was thrown that is nothing');
    } finally {
      meter.limit = Infinity;
    }
  }

  async #shrink(input: Uint8Array<ArrayBuffer>, error: unknown): Promise<Crash> {
    const kind = kindOf(error);
    const shorter = await this.#cut(input, (failure) => failure !== null && kindOf(failure) === kind);
    const last = await this.#execute(shorter);
    return { input: shorter, error: textOf(last) };
  }

  /** Takes pieces out of `input`, ever smaller ones, as long as it stays what it is. */
  async #cut(input: Uint8Array<ArrayBuffer>, isSame: (error: unknown) => boolean): Promise<Uint8Array<ArrayBuffer>> {
    let bytes = input;
    for (let size = bytes.length >> 1; size >= 1; size >>= 1) {
      if (bytes.length > 256 && size < 8) break;
      for (let at = 0; at < bytes.length;) {
        const shorter = splice(bytes, at, size, new Uint8Array(0));
        if (isSame(await this.#execute(shorter))) bytes = shorter;
        else at += size;
      }
    }
    return bytes;
  }
}

/** Two errors with the same are taken for the same failure: what they say, without the numbers in it. */
function kindOf(error: unknown): string {
  return String(error)
    .split('\n')[0]!
    .replaceAll(/[\d-]+/g, '#');
}

function textOf(error: unknown): string {
  return error instanceof Error ? String(error.stack) : String(error);
}
