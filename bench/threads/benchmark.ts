import type { Benchmark, BenchmarkOptions, Section } from '../benchmark.ts';
import { median, spread } from '../statistics.ts';
import { Crew, type Route, ROUTES } from './crew.ts';
import { RIVAL, type Way, WAYS } from './task.ts';

const PAYLOAD_BYTES: readonly number[] = [8, 256, 4096];

/** A cell takes so many times as long as one in a single thread: two threads have to begin, and to get into step. */
const CELLS = 5;

/** What is measured in one table. */
interface Question {
  readonly title: string;
  readonly first: 'send' | 'ping';
  readonly batch: number;
  /** Messages of the first, short pass, from which the number of those that fill the time is reckoned. */
  readonly trial: number;
}

const QUESTIONS: readonly Question[] = [
  { title: 'one message at a time, ns per message', first: 'send', batch: 1, trial: 8000 },
  { title: '16 messages at a time, ns per message', first: 'send', batch: 16, trial: 16_000 },
  { title: 'round trip of one message, ns', first: 'ping', batch: 1, trial: 400 },
];

/** As many messages as take about `cellMs`, a multiple of the batch. */
function countFor(trial: number, trialMs: number, cellMs: number, batch: number): number {
  const count = Math.min(Math.max(trial, (trial * cellMs) / Math.max(trialMs, 0.1)), 4_000_000);
  return Math.ceil(count / batch) * batch;
}

async function measureCell(
  crew: Crew,
  route: Route,
  { first, batch, trial }: Question,
  payloadBytes: number,
  { rounds, cellMs }: BenchmarkOptions,
): Promise<Map<Way, number[]>> {
  const results = new Map<Way, number[]>();
  const counts = new Map<Way, number>();
  for (const way of WAYS) {
    const task = { way, payloadBytes, batch };
    // What arrives is checked, by the code that is timed below.
    await crew.run(route, first, { ...task, count: trial, verify: true });
    const trialMs = await crew.run(route, first, { ...task, count: trial, verify: false });
    counts.set(way, countFor(trial, trialMs, cellMs * CELLS, batch));
    results.set(way, []);
  }
  for (let round = 0; round < rounds; round++) {
    for (const way of WAYS) {
      const count = counts.get(way)!;
      const ms = await crew.run(route, first, { way, payloadBytes, batch, count, verify: false });
      results.get(way)!.push((ms * 1e6) / count);
    }
  }
  return results;
}

async function run(options: BenchmarkOptions): Promise<Section[]> {
  const crew = new Crew();
  const sections: Section[] = [];
  try {
    for (const route of ROUTES) {
      for (const question of QUESTIONS) {
        const title = `${route}: ${question.title} (postMessage's, divided by it)`;
        const figures = new Map<Way, Section['rows'][number]['figures'][number][]>(WAYS.map((way) => [way, []]));
        for (const payloadBytes of PAYLOAD_BYTES) {
          options.progress(`${route}, ${question.title}, ${payloadBytes} bytes`);
          const cell = await measureCell(crew, route, question, payloadBytes, options);
          for (const [way, roundsNs] of cell) {
            const ratios = roundsNs.map((ns, i) => cell.get(RIVAL)![i]! / ns);
            figures.get(way)!.push({ value: median(roundsNs), spread: spread(roundsNs), ratio: median(ratios) });
          }
        }
        const rows = [...figures].map(([name, row]) => ({ name, figures: row }));
        sections.push({ title, columns: PAYLOAD_BYTES.map((bytes) => `${bytes} B`), rows });
      }
    }
  } finally {
    await crew.end();
  }
  return sections;
}

/** Messages from one thread to another. */
export const threads: Benchmark = {
  name: 'threads',
  description: 'messages and round trips between threads, through queues and pipes, against postMessage',
  run,
};
