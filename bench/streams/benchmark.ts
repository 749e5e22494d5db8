import type { Benchmark, BenchmarkOptions, Figure, Section } from '../benchmark.ts';
import { measureTable } from '../jobs/in-turn.ts';
import { RIVAL, WAYS } from './task.ts';
import { type Route, ROUTES, ThreadPair } from './thread-pair.ts';

const CHUNK_BYTES: readonly number[] = [16 << 10, 64 << 10];

/** Bytes in ns are GB in s. */
function asRate(figure: Figure, bytes: number): Figure {
  const { best } = figure;
  return { ...figure, value: bytes / figure.value, best: best && { ...best, value: bytes / best.value } };
}

async function measureRoute(pair: ThreadPair, route: Route, options: BenchmarkOptions): Promise<Section> {
  const title = `${route}, GB/s (divided by that of transferred chunks)`;
  const section = await measureTable(
    title,
    { ways: WAYS, rival: RIVAL, run: (way, _first, work) => pair.run(route, { way, ...work }) },
    { title, first: 'send', batch: 1, trial: 400 },
    CHUNK_BYTES,
    options,
  );
  return {
    title,
    columns: CHUNK_BYTES.map((bytes) => `${bytes >> 10} KiB chunks`),
    rows: section.rows.map(({ name, figures }) => ({
      name,
      figures: figures.map((figure, i) => asRate(figure, CHUNK_BYTES[i]!)),
    })),
    digits: 2,
  };
}

async function run(options: BenchmarkOptions): Promise<Section[]> {
  const pair = new ThreadPair();
  try {
    const sections: Section[] = [];
    for (const route of ROUTES) sections.push(await measureRoute(pair, route, options));
    return sections;
  } finally {
    await pair.end();
  }
}

/** Streams of bytes from one thread to another. */
export const streams: Benchmark = {
  name: 'streams',
  description: 'streams of bytes between threads, as web streams and Node streams, against transferred chunks',
  run,
};
