import { availableParallelism } from 'node:os';
import type { Benchmark, BenchmarkOptions, Figure, Section } from '../benchmark.ts';
import { measureInChild } from '../jobs/child-process.ts';
import { median, spread } from '../statistics.ts';
import { type Allocation, FLAGS } from './allocation.ts';
import { CELLS } from './measure.ts';
import { PATHS } from './paths.ts';

const MEASUREMENT = new URL('./measure.ts', import.meta.url);

const WHERE = ['heap', 'outside'] as const;

const TITLES = {
  heap: 'bytes allocated on the heap for a packet',
  outside: 'bytes allocated in array buffers for a packet',
} as const;

/** What a pass allocates for itself is no packet's: to one decimal it does not show. */
function figure(bytes: readonly number[]): Figure {
  const rounded = bytes.map((value) => Math.round(value * 10) / 10 + 0);
  const value = median(rounded);
  return { value, spread: value === 0 ? NaN : spread(rounded), ratio: NaN };
}

/**
 * Each path in a process of its own: what is allocated depends on what the compiler has seen. As many of them at once as there are
 * cores: nothing here is about time.
 */
async function measurePaths(options: BenchmarkOptions): Promise<{ path: string; cells: Allocation[][] }[]> {
  const results: { path: string; cells: Allocation[][] }[] = [];
  const atOnce = availableParallelism();
  for (let first = 0; first < PATHS.length; first += atOnce) {
    const paths = PATHS.slice(first, first + atOnce);
    options.progress(paths.join(' | '));
    const measured = paths.map(async (path) => ({
      path,
      cells: await measureInChild<Allocation[][]>(MEASUREMENT, options, [path], FLAGS),
    }));
    results.push(...(await Promise.all(measured)));
  }
  return results;
}

async function run(options: BenchmarkOptions): Promise<Section[]> {
  const results = await measurePaths(options);
  return WHERE.map((where) => ({
    title: TITLES[where],
    columns: CELLS.map(({ payloadBytes, batch }) => `${payloadBytes} B, ${batch} at a time`),
    rows: results.map(({ path, cells }) => ({
      name: path,
      figures: cells.map((rounds) => figure(rounds.map((allocation) => allocation[where]))),
    })),
  }));
}

/** What is left behind for the garbage collector. */
export const garbage: Benchmark = {
  name: 'garbage',
  description: 'bytes allocated for a packet in the steady state, by each way through the library',
  run,
};
