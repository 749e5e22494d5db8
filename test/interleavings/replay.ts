/** What one side does that the other one can tell from what it does before and after it. */
export type Step =
  | { readonly op: 'load' | 'store' | 'peek'; readonly word: number; readonly value?: number }
  | { readonly op: 'guess'; readonly offset: number }
  | { readonly op: 'signal' | 'wait' };

const NAMES: Readonly<Record<number, string>> = { 0: 'in', 1: 'out', 2: 'mask', 3: 'pending', 16: 'features' };

export function describe(step: Step): string {
  if ('offset' in step) return `${step.op} data ${step.offset}`;
  if (!('word' in step)) return step.op;
  return `${step.op} ${NAMES[step.word]}${step.value === undefined ? '' : ` ${step.value}`}`;
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
  #at = 0;
  #left: number;
  #failure: { readonly error: unknown } | null = null;

  constructor(seen: readonly Seen[], steps: number) {
    this.seen = [...seen];
    this.#known = seen.length;
    this.#left = steps;
  }

  /** An access that is no step. */
  access<T extends Seen>(live: () => T): T {
    if (this.next !== null) throw new Stop();
    if (this.#at < this.#known) return this.seen[this.#at++] as T;
    let value;
    try {
      value = live();
    } catch (error) {
      // The library has its own idea of what went wrong with an access.
      this.#failure ??= { error };
      throw error;
    }
    this.seen.push(value);
    this.#at++;
    return value;
  }

  /** An access that is one, or a signal, or the wait for one. */
  step<T extends Seen>(what: Step, live: () => T): T {
    if (this.next !== null) throw new Stop();
    if (this.#at < this.#known) return this.access(live);
    if (this.#left-- === 0) {
      this.next = what;
      throw new Stop();
    }
    const value = this.access(live);
    this.done += ` ${describe(what)}${value === undefined ? '' : `=${value}`}`;
    return value;
  }

  /** Runs `program`; throws what it throws, or an access of it. */
  run(program: () => void): void {
    try {
      program();
    } catch (error) {
      if (this.next === null && this.#failure === null) throw error;
    }
    if (this.#failure !== null) throw this.#failure.error;
  }
}
