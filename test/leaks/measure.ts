import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { roundCount } from './count.ts';
import { collectAll } from '../support/process-state.ts';
import { type Resources, resourcesInUse, SETTLING_COLLECTIONS } from '../support/resources.ts';

/**
 * How much more there may be of each at the end, whatever the count: the engine compiles code, its heap grows in steps, pages that were freed
 * are not given back at once, and addresses that are to be used again are neighbours of each other, or not, by chance. V8
 * keeps chunks of 256 KiB that its heap had once, with nothing in them: 448 mappings and 112 MiB of addresses were seen. What leaks 1 KiB, one
 * descriptor, mapping, thread or handle each time is beyond it.
 */
const BOUNDS: Resources = {
  heapMiB: 4,
  externalMiB: 4,
  residentMiB: 64,
  addressSpaceMiB: 512,
  descriptors: 0,
  mappings: 1000,
  threads: 0,
  active: 0,
};

/** How often garbage is collected. */
const COLLECT_EVERY = 100;

/** What is made once, and what the first ones leave to be used again. */
const WARM_UP = 500;

async function repeat(count: number, round: (number: number) => Promise<void> | void): Promise<void> {
  for (let i = 0; i < count; i++) {
    await round(i);
    if (i % COLLECT_EVERY === COLLECT_EVERY - 1) await collectAll(2);
  }
}

/** Timers that nobody needs any more end with their next tick: what they hold is no leak, and goes within a second. */
const SETTLING_TRIES = 12;
const SETTLING_PAUSE_MS = 500;

/** What is in use once all is at rest: waits until `isFlat`, or for as long as anything can take that is not to last. */
async function settled(settle: () => Promise<void>, isFlat: (resources: Resources) => boolean): Promise<Resources> {
  for (let i = 1; ; i++) {
    await settle();
    await collectAll(SETTLING_COLLECTIONS);
    const resources = resourcesInUse();
    if (i === SETTLING_TRIES || isFlat(resources)) return resources;
    await sleep(SETTLING_PAUSE_MS);
  }
}

export interface FlatOptions {
  /** Of the count, for what takes longer. */
  readonly share?: number;
  /** In the place of the usual ones. */
  readonly bounds?: Partial<Resources>;
  /** Has others come to rest that hold what is to go. */
  readonly settle?: () => Promise<void>;
}

/** Opens and closes something so often: throws if anything is more than before. */
export async function checkFlat(
  t: { diagnostic(message: string): void },
  round: (number: number) => Promise<void> | void,
  { share = 1, bounds = {}, settle = () => Promise.resolve() }: FlatOptions = {},
): Promise<void> {
  const count = Math.ceil(roundCount() * share);
  const began = performance.now();
  const names = Object.keys(BOUNDS) as (keyof Resources)[];
  const limits = { ...BOUNDS, ...bounds };
  await repeat(Math.min(WARM_UP, Math.ceil(count / 2)), round);
  await sleep(2 * SETTLING_PAUSE_MS);
  const before = await settled(settle, () => true);
  const grownIn = (now: Resources) => names.filter((name) => now[name] - before[name] > limits[name]);
  await repeat(count, round);
  const after = await settled(settle, (now) => grownIn(now).length === 0);
  const grown = grownIn(after);
  const more = names.map((name) => `${name} ${(after[name] - before[name]).toFixed(name.endsWith('MiB') ? 1 : 0)}`);
  t.diagnostic(`${count} times in ${((performance.now() - began) / 1000).toFixed(1)} s: ${more.join(', ')}`);
  assert.deepEqual(grown, [], JSON.stringify({ before, after }));
}
