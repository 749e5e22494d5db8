import { PerformanceObserver } from 'node:perf_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import { type Mover, warmUp } from '../jobs/mover.ts';

/** What a process needs in which allocations are measured: a collector that can be called, and has no reason to come by itself. */
export const FLAGS: readonly string[] = ['--expose-gc', '--min-semi-space-size=64', '--max-semi-space-size=64'];

/** Allocated in one pass, at most, on the heap and outside of it: far less than what makes the collector come. */
const PASS_BYTES = 16 << 20;

/** Messages of the first pass, from which the number of those in the others is reckoned. */
const TRIAL = 1600;

const MAXIMUM_COUNT = 200_000;

/** A collection in a pass spoils it: tried again so often. */
const ATTEMPTS = 5;

/** Bytes for each packet. */
export interface Allocation {
  readonly heap: number;
  /** Array buffers. */
  readonly outside: number;
}

let collections = 0;
const observer = new PerformanceObserver((list) => {
  collections += list.getEntries().length;
});

/** Bytes in use when `work` was done, less those when it was not begun; `null` where the collector came meanwhile. */
async function used(work: () => void | Promise<void>): Promise<Allocation | null> {
  // Twice: what the first one found is only given back when the second one comes.
  globalThis.gc!();
  globalThis.gc!();
  await collectorIsHeard();
  const before = collections;
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  await work();
  const after = process.memoryUsage();
  await collectorIsHeard();
  if (collections !== before) return null;
  return { heap: after.heapUsed - heapUsed, outside: after.arrayBuffers - arrayBuffers };
}

/** Observers are told in a later turn of the event loop. */
async function collectorIsHeard(): Promise<void> {
  await turn();
  await turn();
}

async function allocation(mover: Mover, count: number): Promise<Allocation> {
  for (let attempts = 0; attempts < ATTEMPTS; attempts++) {
    const bytes = await used(() => mover.move(count, false));
    if (bytes === null) continue;
    const packets = count * mover.packetsEach;
    return { heap: bytes.heap / packets, outside: bytes.outside / packets };
  }
  throw new Error(`the collector came in each of ${ATTEMPTS} passes of ${count} messages`);
}

/**
 * What `mover` allocates for each packet in the steady state: after so many milliseconds of the same, in so many passes, none of
 * which the collector interrupts.
 */
export async function measureAllocations(mover: Mover, rounds: number, warmUpMs: number): Promise<Allocation[]> {
  observer.observe({ entryTypes: ['gc'] });
  await warmUp(mover, warmUpMs);
  const trial = await allocation(mover, TRIAL);
  const fitting = PASS_BYTES / Math.max(trial.heap + trial.outside, 1);
  const count = Math.max(TRIAL, Math.floor(Math.min(fitting, MAXIMUM_COUNT) / mover.packetsEach / TRIAL) * TRIAL);
  // The first pass of that length allocates for itself what the later ones use again.
  await allocation(mover, count);
  const allocations: Allocation[] = [];
  for (let round = 0; round < rounds; round++) allocations.push(await allocation(mover, count));
  observer.disconnect();
  return allocations;
}
