import type { Resources } from '../support/resources.ts';

/**
 * How much more there may be of each in the last quarter than in the second, by the medians. Workers and processes come and go, each with some
 * MiB, descriptors and mappings of its own, so that single samples differ by more; what grows with time is beyond it before long.
 * Of addresses there is no telling: a memory of WebAssembly takes 8 GiB, and those of mappings that nobody closed are not used again.
 */
const BOUNDS: Resources = {
  heapMiB: 4,
  externalMiB: 8,
  residentMiB: 64,
  addressSpaceMiB: Number.POSITIVE_INFINITY,
  descriptors: 12,
  mappings: 200,
  threads: 4,
  active: 8,
};

/** Too few samples in a quarter are no median. */
const SAMPLES_A_QUARTER = 4;

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}

/** What has grown: one line each; none where memory is flat. `samples`: at even intervals, from the beginning to the end. */
export function growth(samples: readonly Resources[]): string[] {
  const quarter = Math.floor(samples.length / 4);
  if (quarter < SAMPLES_A_QUARTER) return [`${samples.length} samples are too few to tell: let it run for longer`];
  const [second, last] = [samples.slice(quarter, 2 * quarter), samples.slice(-quarter)];
  return (Object.keys(BOUNDS) as (keyof Resources)[]).flatMap((name) => {
    const [before, after] = [second, last].map((part) => median(part.map((sample) => sample[name])));
    if (after! - before! <= BOUNDS[name]) return [];
    return [`${name}: ${before!.toFixed(1)} in the second quarter, ${after!.toFixed(1)} in the last one`];
  });
}
