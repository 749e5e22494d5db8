import { nameOf } from './layout.ts';

/** What one side does that the other one can tell from what it does before and after it. Addresses are bytes of the channel's memory. */
export type Step =
  /** In order: sequentially consistent. */
  | { readonly op: 'load' | 'update' | 'notify'; readonly address: number }
  | { readonly op: 'store'; readonly address: number; readonly value: number }
  /** Plain ones, that nothing orders: of a word, or of four bytes of data. */
  | { readonly op: 'peek' | 'guess'; readonly address: number }
  /** To sleep while a word is `seen`, and to go on after it. */
  | { readonly op: 'sleep'; readonly address: number; readonly seen: number }
  | { readonly op: 'woken' }
  /** The same where signals are what the two sides have, and no memory. */
  | { readonly op: 'signal' | 'wait' };

export function describe(step: Step): string {
  if (!('address' in step)) return step.op;
  const value = step.op === 'store' ? ` ${step.value}` : step.op === 'sleep' ? ` while ${step.seen}` : '';
  return `${step.op} ${nameOf(step.address)}${value}`;
}

/** What an access returned. */
export type Seen = number | bigint | undefined;

/** Thrown where a program is to stop; whatever it makes of that, it gets no further. */
class Stop extends Error {}

/**
 * One run of a program from its beginning: it sees what it saw before, then does some steps more, and stops before the next one. JavaScript cannot stop in
 * the middle of a function and go on from there in two ways; a program that is a function of what it sees can be run again.
 */
export class Replay {
  /** What all accesses returned, in order. */
  readonly seen: Seen[];
  /** The steps that were done for the first time, with what they returned. */
  done = '';
  /** The step that it stopped before; `null` where it came to its end. */
  next: Step | null = null;
  readonly #known: number;
  readonly #isFree: (step: Step) => boolean;
  #at = 0;
  #left: number;
  #failure: { readonly error: unknown } | null = null;

  /** Sees `seen`, then does so many steps, and those that are free besides. */
  constructor(seen: readonly Seen[], steps: number, isFree: (step: Step) => boolean) {
    this.seen = [...seen];
    this.#known = seen.length;
    this.#left = steps;
    this.#isFree = isFree;
  }

  /** An access that is no step. */
  access<T extends Seen>(live: () => T): T {
    if (this.next !== null) throw new Stop();
    if (this.#at < this.#known) return this.seen[this.#at++] as T;
    const value = this.check(live);
    this.seen.push(value);
    this.#at++;
    return value;
  }

  /** What `check` returns; what it throws is what the run throws: the library has its own idea of what went wrong with an access. */
  check<T>(check: () => T): T {
    try {
      return check();
    } catch (error) {
      this.#failure ??= { error };
      throw error;
    }
  }

  /** An access that is one, or a signal, or the wait for one. */
  step<T extends Seen>(what: Step, live: () => T): T {
    if (this.next !== null) throw new Stop();
    if (this.#at < this.#known) return this.access(live);
    if (!this.#isFree(what) && this.#left-- === 0) {
      this.next = what;
      throw new Stop();
    }
    const value = this.access(live);
    this.done += `${describe(what)}${value === undefined ? '' : ` = ${value}`}; `;
    return value;
  }

  /** Runs `program`; throws what it throws, or an access of it. */
  run(program: () => void): void {
    // Most runs end with an error that nobody looks at, and the steps are what tells where one comes from.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      program();
    } catch (error) {
      if (this.next === null && this.#failure === null) throw error;
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
    if (this.#failure !== null) throw this.#failure.error;
  }
}
