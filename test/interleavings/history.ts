/** A control word, or four bytes of data. */
export type Place = { readonly word: number } | { readonly offset: number };

interface Stored {
  readonly value: number;
  /** By the clock of the side that stored it: only one side stores at a place. */
  readonly time: number;
}

function keyOf(place: Place): number {
  return 'word' in place ? -1 - place.word : place.offset;
}

/**
 * What was stored where, in order: a plain load that races with the stores may find any of them, but for those that it is known to come
 * after the successors of. (JavaScript's memory model promises no more of unordered loads.)
 */
export class History {
  readonly #stored: Map<number, readonly Stored[]>;

  constructor(from: History | null) {
    this.#stored = new Map(from === null ? [] : from.#stored);
  }

  record(place: Place, value: number, time: number): void {
    const key = keyOf(place);
    this.#stored.set(key, [...(this.#stored.get(key) ?? [INITIAL]), { value, time }]);
  }

  /** What may be found by a side that knows of the other one's stores up to `known`: the newest of those, and all after it. */
  candidates(place: Place, known: number): number[] {
    const stored = this.#stored.get(keyOf(place)) ?? [INITIAL];
    const first = stored.findLastIndex(({ time }) => time <= known);
    return [...new Set(stored.slice(Math.max(first, 0)).map(({ value }) => value))];
  }
}

const INITIAL: Stored = { value: 0, time: 0 };
