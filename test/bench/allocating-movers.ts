import type { BenchmarkOptions } from '../../bench/benchmark.ts';
import { type Allocation, measureAllocations } from '../../bench/garbage/allocation.ts';
import type { Mover } from '../../bench/jobs/mover.ts';

/** What is allocated last: kept, so that it is allocated indeed. */
let kept: unknown = null;

/** Movers that move nothing, and allocate something known for each packet. */
const ALLOCATING: Readonly<Record<string, (i: number) => unknown>> = {
  nothing: (i) => i & 1,
  'arrays of 10 numbers': (i) => [i, i, i, i, i, i, i, i, i, i],
  'buffers of 1000 bytes': () => new ArrayBuffer(1000),
};

/** What is found out about the mover with this name. */
export function measure({ rounds, cellMs }: BenchmarkOptions, name: string): Promise<Allocation[]> {
  const allocate = ALLOCATING[name]!;
  const mover: Mover = {
    packetsEach: 1,
    move(count) {
      for (let i = 0; i < count; i++) kept = allocate(i);
    },
  };
  return measureAllocations(mover, rounds, cellMs);
}

/** For whoever looks what was kept. */
export function lastKept(): unknown {
  return kept;
}
