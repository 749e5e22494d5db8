/** How often a block was entered, roughly: 1, 2, 3, 4-7, 8-15, 16-31, 32-127, 128 and more; a bit each. */
const BUCKETS = Uint8Array.from({ length: 256 }, (_, count) => {
  if (count === 0) return 0;
  const limits = [1, 2, 3, 7, 15, 31, 127];
  const bucket = limits.findIndex((limit) => count <= limit);
  return 1 << (bucket === -1 ? 7 : bucket);
});

/**
 * What was reached: each block, together with about how often it was entered in one run, is a feature. An input that has one which no
 * input had before is worth keeping.
 */
export class Features {
  readonly #counters: Uint8Array;
  readonly #seen: Uint8Array;
  /** Features that were seen in any run. */
  count = 0;

  constructor(counters: Uint8Array) {
    this.#counters = counters;
    this.#seen = new Uint8Array(counters.length);
  }

  /** Before a run. */
  reset(): void {
    this.#counters.fill(0);
  }

  /** After it: the features that were not seen before, and are now; `null` where there are none. */
  takeNew(): Uint8Array | null {
    const counters = this.#counters;
    const seen = this.#seen;
    let found: Uint8Array | null = null;
    for (let i = 0; i < counters.length; i++) {
      const bit = BUCKETS[counters[i]!]!;
      if ((bit & ~seen[i]!) === 0) continue;
      seen[i]! |= bit;
      found ??= new Uint8Array(counters.length);
      found[i] = bit;
      this.count++;
    }
    return found;
  }

  /** After a run: whether it has all of these. */
  includes(wanted: Uint8Array): boolean {
    return wanted.every((bit, i) => bit === 0 || bit === BUCKETS[this.#counters[i]!]);
  }

  /** For each block, whether it was ever entered. */
  entered(): boolean[] {
    return Array.from(this.#seen, (bits) => bits !== 0);
  }
}
