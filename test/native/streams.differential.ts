// The same streams as in lockstep.native.ts, for as long as one likes, through rings of any size.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runPart } from './owner.ts';
import { runStream } from './streams/stream.ts';
import { readStreamRun } from './streams/stream-run.ts';
import { Tally } from './streams/tally.ts';
import { Xorshift } from '../support/xorshift.ts';

const STEPS_OF_A_STREAM = 2000;

const PROGRESS_MS = 5000;

/** With so many steps, everything that can happen has happened, in rings larger than the largest packet as well, which are few. */
const STEPS_FOR_ALL = 500_000;

/** The size of a stream's ring: small ones wrap soonest, of large ones a few will do. Any number of pages may be one. */
function ringBytesOf(seed: number): number {
  const random = new Xorshift(seed);
  const pageLimit = [1, 2, 4, 16, 16, 64, 64, 300][random.below(8)]!;
  return 4096 * (1 + random.below(pageLimit));
}

test('random streams, in step with DPDK', async () => {
  const { seed, seconds, streamLimit } = readStreamRun();
  const tally = new Tally();
  const began = performance.now();
  let streams = 0;
  let told = began;
  const tell = (): void => {
    const elapsed = ((performance.now() - began) / 1000).toFixed(0);
    console.log(`${elapsed} of ${seconds} s: ${streams} streams, ${tally.steps} steps alike or known to differ`);
    told = performance.now();
  };
  while (streams < streamLimit && performance.now() - began < seconds * 1000) {
    const streamSeed = (seed + streams) >>> 0;
    try {
      const ringBytes = ringBytesOf(streamSeed);
      await runPart((owner) => runStream(owner, { seed: streamSeed, ringBytes, stepCount: STEPS_OF_A_STREAM, tally }));
    } catch (cause) {
      throw new Error(`replay with npm run test:differential -- --seed ${streamSeed} --streams 1`, { cause });
    }
    streams++;
    if (performance.now() - told > PROGRESS_MS) tell();
  }
  tell();
  for (const line of tally.lines()) console.log(line);
  if (tally.steps >= STEPS_FOR_ALL) assert.deepEqual(tally.missing(), [], 'what never happened');
});
