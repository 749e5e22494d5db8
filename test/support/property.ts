import { randomInt } from 'node:crypto';
import type { TestContext } from 'node:test';
import fc from 'fast-check';

/**
 * How everything random in the tests is seeded, and run again:
 *
 * - `VMBUS_RING_SEED`: the seed, of all properties, races and threads. Another one each time if it is not set. Each test
 *   prints its seed, whatever comes out.
 * - `VMBUS_RING_PATH`: the path that fast-check prints with a failure, to run that one case. It is the path of one property:
 *   select its test with `--test-name-pattern`.
 * - `VMBUS_RING_RUNS`: multiplies how often each property is tried, and how many packets race.
 */
export function chooseSeed(): number {
  return fromEnvironment('VMBUS_RING_SEED') ?? randomInt(1, 2 ** 31);
}

/** The seed of a test that prints it, with what to set to run it again. */
export function announceSeed(t: { diagnostic(message: string): void }): number {
  const seed = chooseSeed();
  t.diagnostic(`replay with VMBUS_RING_SEED=${seed}`);
  return seed;
}

/** `count`, or `VMBUS_RING_RUNS` times as many. */
export function scaleRuns(count: number): number {
  return Math.max(1, Math.round(count * (fromEnvironment('VMBUS_RING_RUNS') ?? 1)));
}

/** Whether all runs of a property are made: then there are enough to say what must have happened in some of them. */
export function runsInFull(): boolean {
  return !isSet('VMBUS_RING_PATH') && (fromEnvironment('VMBUS_RING_RUNS') ?? 1) >= 1;
}

/** Checks a property with `runs` random inputs, and says with which seed. */
export function checkProperty<T>(t: TestContext, property: fc.IRawProperty<T>, runs: number): void {
  fc.assert(property as fc.IProperty<T>, parameters<T>(t, runs));
}

/** The same with a property that is checked asynchronously. */
export function checkAsyncProperty<T>(t: TestContext, property: fc.IAsyncProperty<T>, runs: number): Promise<void> {
  return fc.assert(property, parameters<T>(t, runs));
}

function parameters<T>(t: TestContext, runs: number): fc.Parameters<T> {
  const seed = chooseSeed();
  const numRuns = scaleRuns(runs);
  const path = isSet('VMBUS_RING_PATH') ? { path: process.env['VMBUS_RING_PATH']! } : {};
  t.diagnostic(`${numRuns} runs; replay with VMBUS_RING_SEED=${seed}`);
  return { seed, numRuns, ...path };
}

function isSet(name: string): boolean {
  return (process.env[name] ?? '') !== '';
}

function fromEnvironment(name: string): number | null {
  if (!isSet(name)) return null;
  const number = Number(process.env[name]);
  if (!Number.isFinite(number)) throw new Error(`${name} must be a number, got ${process.env[name]}`);
  return number;
}
