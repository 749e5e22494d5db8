import type { BenchmarkOptions, Section } from '../benchmark.ts';
import { asCost, type Contest, measureTable } from './in-turn.ts';
import { type Mover, timeMoves, warmUp } from './mover.ts';

/** Messages of the passes that verify. */
const TRIAL = 8_000;

/** So many times as long as one in a single thread takes, each cell runs before any is measured, to be optimised. */
const WARM_UP_CELLS = 2;

/** Ways for messages within one thread, and the one that the others are compared with. */
export interface Movers<Way extends string> {
  readonly ways: readonly Way[];
  readonly rival: Way;
  create(way: Way, payloadBytes: number, batch: number): Mover;
}

/** Measures the ways in turn, in ns for each packet; the ratios say how many times as much as the rival each takes. */
export async function measureMovers<Way extends string>(
  title: string,
  { ways, rival, create }: Movers<Way>,
  batch: number,
  payloads: readonly number[],
  options: BenchmarkOptions,
): Promise<Section> {
  const movers = new Map<string, Mover>();
  const keyOf = (way: Way, payloadBytes: number): string => `${way}, ${payloadBytes}`;
  const contest: Contest<Way> = {
    ways,
    rival,
    run: (way, _first, { payloadBytes, count, verify }) =>
      timeMoves(movers.get(keyOf(way, payloadBytes))!, count, verify),
  };
  const question = { title, first: 'send', batch, trial: TRIAL } as const;
  try {
    for (const way of ways) {
      for (const payloadBytes of payloads) {
        const mover = create(way, payloadBytes, batch);
        movers.set(keyOf(way, payloadBytes), mover);
        await warmUp(mover, options.cellMs * WARM_UP_CELLS);
      }
    }
    const { columns, rows } = await measureTable(title, contest, question, payloads, options);
    return { title, columns, rows: rows.map(({ name, figures }) => ({ name, figures: figures.map(asCost) })) };
  } finally {
    for (const mover of movers.values()) mover.close?.();
  }
}
