/** A map that can be forked for nothing: it is copied when one of the two is first written to. Most moments differ in a word or two. */
export class ForkedMap<Value> {
  #entries: Map<number, Value>;
  #isShared: boolean;

  constructor(from: ForkedMap<Value> | null) {
    this.#entries = from === null ? new Map<number, Value>() : from.#entries;
    this.#isShared = from !== null;
    if (from !== null) from.#isShared = true;
  }

  get(key: number): Value | undefined {
    return this.#entries.get(key);
  }

  set(key: number, value: Value): void {
    this.#own();
    this.#entries.set(key, value);
  }

  delete(key: number): void {
    this.#own();
    this.#entries.delete(key);
  }

  [Symbol.iterator](): IterableIterator<[number, Value]> {
    return this.#entries.entries();
  }

  #own(): void {
    if (!this.#isShared) return;
    this.#entries = new Map(this.#entries);
    this.#isShared = false;
  }
}
