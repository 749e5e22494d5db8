import { measure } from 'mitata';
import { RingExchange } from './exchange.ts';
import { createMemory, type MemoryKind } from './memories.ts';
import { RingbufExchange } from './ringbuf-exchange.ts';
import { type Exchange, verify } from './verify.ts';

export const PAYLOAD_BYTES: readonly number[] = [8, 40, 256, 1024, 4096];
export const BATCHES: readonly number[] = [1, 16];

/** How much a run measures. */
export interface MeasureOptions {
  readonly rounds: number;
  /** Per cell and round, in milliseconds. */
  readonly cellMs: number;
}

/** The rounds of one cell of the table, in ns per packet. */
export interface Cell {
  readonly who: MemoryKind | 'ringbuf.js';
  readonly payloadBytes: number;
  readonly batch: number;
  readonly roundsNs: number[];
}

interface Contender {
  readonly cell: Cell;
  readonly exchange: Exchange;
}

function contenders(kinds: readonly MemoryKind[]): Contender[] {
  const all: Contender[] = [];
  for (const payloadBytes of PAYLOAD_BYTES) {
    for (const batch of BATCHES) {
      for (const who of kinds) {
        const exchange = new RingExchange(createMemory(who), payloadBytes, batch);
        all.push({ cell: { who, payloadBytes, batch, roundsNs: [] }, exchange });
      }
      const exchange = new RingbufExchange(payloadBytes, batch);
      all.push({ cell: { who: 'ringbuf.js', payloadBytes, batch, roundsNs: [] }, exchange });
    }
  }
  return all;
}

/**
 * Measures rings over these kinds of memory, all in this process, and the rival, in turn. Each is verified before it is
 * timed, by the same code, until its ring has wrapped more than once.
 */
export async function measureKinds(kinds: readonly MemoryKind[], options: MeasureOptions): Promise<Cell[]> {
  const all = contenders(kinds);
  for (const { exchange, cell } of all) verify(exchange, Math.ceil(40_000 / cell.batch));
  for (let round = 0; round < options.rounds; round++) {
    for (const { exchange, cell } of all) {
      const stats = await measure(() => exchange.run(), { min_cpu_time: options.cellMs * 1e6 });
      cell.roundsNs.push(stats.p50 / cell.batch);
    }
  }
  return all.map(({ cell }) => cell);
}
