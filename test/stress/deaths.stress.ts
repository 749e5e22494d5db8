// Threads that end in every way, seen by every kind of survivor; by the lease alone; and at random moments in mid-traffic.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createChannelPair, openChannel } from '../../src/index.ts';
import { chooseSeed, scaleRuns } from '../support/property.ts';
import { Xorshift } from '../support/xorshift.ts';
import { canNotice, Dying, SURVIVORS, timeToNotice } from '../transport/dying-threads.ts';
import { WAYS_TO_DIE } from '../transport/workers/dying.ts';
import { type TraderOptions, TradingPair } from './traders.ts';

/** A look every 500 ms, and a second for a machine that is busy. */
const LIMIT_MS = 1500;

/** The lease, looks, and as much again. */
const LEASE_LIMIT_MS = 10_000;

const TERMINATIONS = 20;

describe('the end of a thread', { concurrency: 3 }, () => {
  for (const way of WAYS_TO_DIE) {
    // A main thread that blocks holds up all others of these: test/transport/deaths.test.ts.
    for (const survivor of SURVIVORS.filter((who) => who !== 'the main thread, which blocks')) {
      it(`${way}: seen by ${survivor}`, async () => {
        assert.ok(canNotice(survivor, way));
        const elapsedMs = await timeToNotice(survivor, way);
        assert.ok(elapsedMs < LIMIT_MS, `after ${elapsedMs} ms`);
      });
    }
  }
});

describe('by the lease alone', { concurrency: 8 }, () => {
  for (const way of WAYS_TO_DIE.filter((candidate) => candidate.startsWith('terminated'))) {
    for (const survivor of ['the main thread, which waits', 'a worker, which blocks'] as const) {
      it(`${way}: seen by ${survivor}`, async () => {
        const elapsedMs = await timeToNotice(survivor, way, true);
        assert.ok(elapsedMs < LEASE_LIMIT_MS, `after ${elapsedMs} ms`);
      });
    }
  }

  for (const way of ['terminated while it is busy', 'terminated while it blocks'] as const) {
    it(`a live thread is not taken for one that was ${way}`, async () => {
      const [ours, theirs] = createChannelPair({ ringBytes: 4096 });
      const channel = openChannel(ours);
      const dying = new Dying(theirs, way, true);
      await dying.isThere();
      const { signal } = channel;
      for (const end = Date.now() + 8000; Date.now() < end;) {
        await signal.wait(signal.count(), { timeoutMs: 100 });
        signal.look();
      }
      assert.equal(signal.peerState, 'open');
      await dying.worker.terminate();
      channel.close();
    });
  }
});

describe('in mid-traffic', () => {
  const kinds: readonly TraderOptions[] = [
    { blocking: true, waitAsync: true },
    { blocking: false, waitAsync: true },
    { blocking: false, waitAsync: false },
  ];

  it('workers that are terminated at random moments', async (t) => {
    const seed = chooseSeed();
    const rounds = scaleRuns(TERMINATIONS);
    t.diagnostic(`${rounds} rounds; replay with VMBUS_RING_SEED=${seed}`);
    const random = new Xorshift(seed);
    let packets = 0;
    let slowestMs = 0;
    for (let round = 0; round < rounds; round++) {
      const options = [kinds[random.below(3)]!, kinds[random.below(3)]!] as const;
      const pair = new TradingPair(options, 0, random.next());
      const victim = random.below(2);
      await until(pair.progress, random.below(4) === 0 ? 0 : random.below(4000));
      const began = performance.now();
      await pair.traders[victim]!.worker.terminate();
      const report = await pair.traders[1 - victim]!.report;
      const what = `round ${round}, ${JSON.stringify(options)}`;
      // Each packet was compared when it came: what arrived is intact, in order, without a gap.
      assert.ok(report !== null, `${what}: the survivor ended without a report`);
      slowestMs = Math.max(slowestMs, performance.now() - began);
      assert.equal(report.endedBy, 'PeerDied', what);
      assert.equal(report.lost, 0, what);
      packets += report.received;
      await pair.end();
    }
    t.diagnostic(`${packets} packets; seen after ${Math.round(slowestMs)} ms at the latest`);
    assert.ok(slowestMs < LEASE_LIMIT_MS);
  });
});

/** Resolved when so many packets arrived. */
async function until(progress: Int32Array, packets: number): Promise<void> {
  // 0: whether the workers have opened their ends yet or not is left to chance, but that they get to run is not.
  for (;;) {
    const now = Atomics.load(progress, 0);
    if (now > packets) return;
    const wait = Atomics.waitAsync(progress, 0, now, 1);
    if (wait.async) await wait.value;
    await new Promise((resolve) => setTimeout(resolve));
  }
}
