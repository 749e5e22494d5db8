import type { Operation } from '../lockstep/operation.ts';
import { BROKEN_DIFFERENCES, SMALL_DIFFERENCES } from './known-differences.ts';
import type { Step } from './judge.ts';

/** What streams consist of: all of it has to happen, or they compare less than they should. */
const EVENTS = [
  'decisions to signal the reader: yes',
  'decisions to signal the reader: no',
  'decisions to signal the writer: yes',
  'decisions to signal the writer: no',
  'writes that found no room',
  'reads that found nothing',
  'steps',
] as const;

type Event = (typeof EVENTS)[number];

const ALL_DIFFERENCES: readonly string[] = [...SMALL_DIFFERENCES, ...BROKEN_DIFFERENCES].map(({ what }) => what);

/** Counts what was compared, and which of the known differences were met. */
export class Tally {
  readonly #counts: Map<string, number> = new Map([...EVENTS, ...ALL_DIFFERENCES].map((what) => [what, 0]));

  get steps(): number {
    return this.#counts.get('steps')!;
  }

  count(operation: Operation, { outcomes, differences }: Step): void {
    this.#add('steps' satisfies Event);
    for (const difference of differences) this.#add(difference);
    const { result, signal } = outcomes.ours;
    if (operation.name === 'write') {
      this.#add(`decisions to signal the reader: ${signal ? 'yes' : 'no'}` satisfies Event);
      if (result === 'EAGAIN') this.#add('writes that found no room' satisfies Event);
    } else if (operation.name === 'read' || operation.name === 'receive') {
      this.#add(`decisions to signal the writer: ${signal ? 'yes' : 'no'}` satisfies Event);
      if (result === 'EAGAIN') this.#add('reads that found nothing' satisfies Event);
    }
  }

  /** What never happened. */
  missing(): string[] {
    return [...this.#counts].filter(([, times]) => times === 0).map(([what]) => what);
  }

  lines(): string[] {
    return [...this.#counts].map(([what, times]) => `${String(times).padStart(9)}  ${what}`);
  }

  #add(what: string): void {
    this.#counts.set(what, this.#counts.get(what)! + 1);
  }
}
