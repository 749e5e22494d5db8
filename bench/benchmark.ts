/** How much is to be measured. */
export interface BenchmarkOptions {
  readonly rounds: number;
  /** Per cell and round, in milliseconds. */
  readonly cellMs: number;
  /** Where the benchmarks that make plots put them; left out, they make none. */
  readonly svgFolder?: string | undefined;
  /** Told what is being measured now. */
  progress(what: string): void;
}

/** The fastest round, and its ratio to the rival's fastest: on a host that is slow at times, these vary less than medians. In the unit of `value`. */
export interface BestRound {
  readonly value: number;
  readonly ratio: number;
}

/**
 * Median over the rounds, their spread (NaN where it would be one of nothing), and the median of the ratios to the rival in the same
 * round (NaN where there is none).
 */
export interface Figure {
  readonly value: number;
  readonly spread: number;
  readonly ratio: number;
  readonly best?: BestRound | undefined;
}

/** One table. */
export interface Section {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly { readonly name: string; readonly figures: readonly Figure[] }[];
  /** Digits behind the point of a value; 1 if left out. */
  readonly digits?: number;
}

/** Something that `npm run bench -- NAME` runs. */
export interface Benchmark {
  readonly name: string;
  readonly description: string;
  run(options: BenchmarkOptions): Promise<Section[]>;
}
