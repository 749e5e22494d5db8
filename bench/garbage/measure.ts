import type { BenchmarkOptions } from '../benchmark.ts';
import { type Allocation, measureAllocations } from './allocation.ts';
import { createPath } from './paths.ts';

/** What is sent, and how many of them with a commit. */
export const CELLS: readonly { readonly payloadBytes: number; readonly batch: number }[] = [
  { payloadBytes: 8, batch: 1 },
  { payloadBytes: 8, batch: 16 },
  { payloadBytes: 256, batch: 1 },
  { payloadBytes: 256, batch: 16 },
];

/** So many times as long as a cell takes, what is measured runs before that, to be optimised. */
const WARM_UP_CELLS = 8;

/** What one path allocates, round by round, for each of the cells. */
export async function measure({ rounds, cellMs }: BenchmarkOptions, path: string): Promise<Allocation[][]> {
  const cells: Allocation[][] = [];
  for (const { payloadBytes, batch } of CELLS) {
    const mover = createPath(path, payloadBytes, batch);
    try {
      cells.push(await measureAllocations(mover, rounds, cellMs * WARM_UP_CELLS));
    } finally {
      mover.close?.();
    }
  }
  return cells;
}
