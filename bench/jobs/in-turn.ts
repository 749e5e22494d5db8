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

/** As many as take about `cellMs`, a multiple of the batch: `done` took `ms`. */
function countFor(
  done: number,
  ms: number,
  cellMs: number,
  { trial, batch }: Pick<Question, 'trial' | 'batch'>,
): number {
  const count = Math.min(Math.max(trial, (done * cellMs) / Math.max(ms, 0.1)), MAXIMUM_COUNT);
  return Math.ceil(count / batch) * batch;
}

/** Measures the contenders in turn: of each, ns for each of what it does, a figure a round. */
export async function roundsInTurn<Name extends string>(
  contenders: readonly Contender<Name>[],
  question: Pick<Question, 'trial' | 'batch'>,
  { rounds, cellMs }: BenchmarkOptions,
): Promise<Map<Name, number[]>> {
  const { trial } = question;
  const counts = new Map<Name, number>();
  const results = new Map<Name, number[]>();
  for (const contender of contenders) {
    // What arrives is checked, by the code that is timed below.
    await contender.run(trial, true);
    const warmUp = countFor(trial, await contender.run(trial, false), (cellMs * CELLS) / 2, question);
    // Only what the compiler has seen for a while is as fast as it will be.
    counts.set(contender.name, countFor(warmUp, await contender.run(warmUp, false), cellMs * CELLS, question));
    results.set(contender.name, []);
  }
  for (let round = 0; round < rounds; round++) {
    for (const contender of contenders) {
      const count = counts.get(contender.name)!;
      results.get(contender.name)!.push(((await contender.run(count, false)) * 1e6) / count);
    }
  }
  return results;
}

/** The rounds of one in figures; the ratio says how many times faster than the rival it is. */
export function figureOf(roundsNs: readonly number[], rivalNs: readonly number[]): Figure {
  const ratios = roundsNs.map((ns, i) => rivalNs[i]! / ns);
  const bestNs = Math.min(...roundsNs);
  const best = { value: bestNs, ratio: Math.min(...rivalNs) / bestNs };
  return { value: median(roundsNs), spread: spread(roundsNs), ratio: median(ratios), best };
}

/**
 * The ratio the other way round: how many times as much as the rival it takes. Of an odd number of rounds, the median of the one is that
 * of the other.
 */
export function asCost(figure: Figure): Figure {
  const { best } = figure;
  return { ...figure, ratio: 1 / figure.ratio, best: best && { ...best, ratio: 1 / best.ratio } };
}

/** Measures the contenders in turn, and compares them with one of them. */
export async function inTurn<Name extends string>(
  contenders: readonly Contender<Name>[],
  rival: NoInfer<Name>,
  question: Pick<Question, 'trial' | 'batch'>,
  options: BenchmarkOptions,
): Promise<Map<Name, Figure>> {
  const results = await roundsInTurn(contenders, question, options);
  const rivalNs = results.get(rival)!;
  return new Map([...results].map(([name, roundsNs]) => [name, figureOf(roundsNs, rivalNs)]));
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
