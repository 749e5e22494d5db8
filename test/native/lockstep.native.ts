// Random operations on our ring and on DPDK's, step by step: bytes, results and signals have to agree, but for the known differences.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chooseSeed, runsInFull, scaleRuns } from '../support/property.ts';
import { withDpdk } from './dpdk-only.ts';
import { runStream } from './streams/stream.ts';
import { Tally } from './streams/tally.ts';

withDpdk('lockstep', () => {
  describe('in step with DPDK', () => {
    const seed = chooseSeed();
    const tally = new Tally();

    for (const [kib, stepCount] of [
      [4, 10_000],
      [8, 10_000],
      [60, 10_000],
      [1024, 4000],
    ] as const) {
      it(`a ring of ${kib} KiB`, async (t) => {
        t.diagnostic(`replay with VMBUS_RING_SEED=${seed}`);
        await runStream(t, { seed, ringBytes: kib * 1024, stepCount: scaleRuns(stepCount), tally });
      });
    }

    it('has met everything that can be met', (t) => {
      for (const line of tally.lines()) t.diagnostic(line);
      if (runsInFull()) assert.deepEqual(tally.missing(), [], 'what never happened');
    });
  });
});
