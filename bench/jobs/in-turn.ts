import type { BenchmarkOptions, Figure, Section } from '../benchmark.ts';
import { median, spread } from '../statistics.ts';
import type { Job, Work } from './work.ts';

/** A cell takes so many times as long as one in a single thread: two sides have to begin, and to get into step. */
const CELLS = 5;

const MAXIMUM_COUNT = 4_000_000;

/** What is measured in one table. */
export interface Question {
  readonly title: string;
  readonly first: Extract<Job, 'send' | 'ping'>;
  readonly batch: number;
  /** Messages of the first, short pass, from which the number of those that fill the time is reckoned. */
  readonly trial: number;
}

/** One of those that do the same. */
export interface Contender<Name extends string> {
  readonly name: Name;
  /** Does it `count` times; how long that took, in milliseconds. */
  run(count: number, verify: boolean): Promise<number>;
}

/** Ways for messages, and the one that the others are compared with. */
export interface Contest<Way extends string> {
  readonly ways: readonly Way[];
  readonly rival: Way;
  /** Has one side do the job, and the other one the counterpart; milliseconds from the beginning of the one to the end of both. */
  run(way: Way, first: Question['first'], work: Omit<Work, 'job'>): Promise<number>;
}

/** As many as take about `cellMs`, a multiple of the batch. */
function countFor(trial: number, trialMs: number, cellMs: number, batch: number): number {
  const count = Math.min(Math.max(trial, (trial * cellMs) / Math.max(trialMs, 0.1)), MAXIMUM_COUNT);
  return Math.ceil(count / batch) * batch;
}

/** Measures the contenders in turn, in ns for each of what they do; the ratios say how many times faster than the rival they are. */
export async function inTurn<Name extends string>(
  contenders: readonly Contender<Name>[],
  rival: NoInfer<Name>,
  { trial, batch }: Pick<Question, 'trial' | 'batch'>,
  { rounds, cellMs }: BenchmarkOptions,
): Promise<Map<Name, Figure>> {
  const counts = new Map<Name, number>();
  const results = new Map<Name, number[]>();
  for (const contender of contenders) {
    // What arrives is checked, by the code that is timed below.
    await contender.run(trial, true);
    const trialMs = await contender.run(trial, false);
    counts.set(contender.name, countFor(trial, trialMs, cellMs * CELLS, batch));
    results.set(contender.name, []);
  }
  for (let round = 0; round < rounds; round++) {
    for (const contender of contenders) {
      const count = counts.get(contender.name)!;
      results.get(contender.name)!.push(((await contender.run(count, false)) * 1e6) / count);
    }
  }
  const rivalNs = results.get(rival)!;
  const figures = new Map<Name, Figure>();
  for (const [name, roundsNs] of results) {
    const ratios = roundsNs.map((ns, i) => rivalNs[i]! / ns);
    figures.set(name, { value: median(roundsNs), spread: spread(roundsNs), ratio: median(ratios) });
  }
  return figures;
}

/** One question, for payloads of several sizes: a table with a row for each way. */
export async function measureTable<Way extends string>(
  title: string,
  { ways, rival, run }: Contest<Way>,
  question: Question,
  payloads: readonly number[],
  options: BenchmarkOptions,
): Promise<Section> {
  const { first, batch } = question;
  const rows = new Map<Way, Figure[]>(ways.map((way) => [way, []]));
  for (const payloadBytes of payloads) {
    options.progress(`${title}, ${payloadBytes} bytes`);
    const contenders = ways.map((name) => ({
      name,
      run: (count: number, verify: boolean) => run(name, first, { payloadBytes, batch, count, verify }),
    }));
    for (const [way, figure] of await inTurn(contenders, rival, question, options)) rows.get(way)!.push(figure);
  }
  return {
    title,
    columns: payloads.map((bytes) => `${bytes} B`),
    rows: [...rows].map(([name, figures]) => ({ name, figures })),
  };
}
