import { randomInt } from 'node:crypto';
import type { TestContext } from 'node:test';
import * as fc from 'fast-check';

/** `VMBUS_RING_SEED`, or another seed each time. */
export function chooseSeed(): number {
  return fromEnvironment('VMBUS_RING_SEED') ?? randomInt(1, 2 ** 31);
}

/** `count`, or `VMBUS_RING_RUNS` times as many. */
export function scaleRuns(count: number): number {
  return Math.max(1, Math.round(count * (fromEnvironment('VMBUS_RING_RUNS') ?? 1)));
}

/**
 * Runs a property, and says with which seed, whatever comes out.
 *
 * `VMBUS_RING_SEED` replays a seed, `VMBUS_RING_PATH` the path that fast-check printed with it (for the one property that
 * failed: select it with `--test-name-pattern`), `VMBUS_RING_RUNS` multiplies how often each property is tried.
 */
export function checkSeeded<Parameters>(t: TestContext, property: fc.IProperty<Parameters>, runs: number): void {
  const seed = chooseSeed();
  const numRuns = scaleRuns(runs);
  const path = process.env['VMBUS_RING_PATH'];
  t.diagnostic(`${numRuns} runs; replay with VMBUS_RING_SEED=${seed}`);
  fc.assert(property, { seed, numRuns, ...(path === undefined ? {} : { path }) });
}

function fromEnvironment(name: string): number | null {
  const value = process.env[name];
  if (value === undefined || value === '') return null;
  const number = Number(value);
  if (!Number.isFinite(number)) throw new Error(`${name} must be a number, got ${value}`);
  return number;
}
