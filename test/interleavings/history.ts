import type { Side } from './clocks.ts';
import { ForkedMap } from './forked-map.ts';

interface Stored {
  readonly value: number;
  /** Who stored it, and when by that side's clock. */
  readonly side: Side;
  readonly time: number;
}

const INITIAL: Stored = { value: 0, side: 0, time: 0 };

/**
 * What was stored in each word of the control pages and of the data, in order: a plain load that races with the stores may find any of it, but for that
 * which it is known to come after the successors of. (JavaScript's memory model promises no more of unordered loads.)
 */
export class History {
  readonly #stored: ForkedMap<readonly Stored[]>;

  constructor(from: History | null) {
    this.#stored = new ForkedMap(from === null ? null : from.#stored);
  }

  record(address: number, stored: Stored): void {
    this.#stored.set(address, [...(this.#stored.get(address) ?? [INITIAL]), stored]);
  }

  /** What may be found by a side that knows of the other one's stores up to `known`: the newest that it knows of, and all after it. */
  candidates(address: number, asking: Side, known: number): number[] {
    const stored = this.#stored.get(address) ?? [INITIAL];
    const first = stored.findLastIndex(({ side, time }) => side === asking || time <= known);
    return [...new Set(stored.slice(Math.max(first, 0)).map(({ value }) => value))];
  }
}
