import assert from 'node:assert/strict';
import { type TraderOptions, TradingPair } from '../../stress/traders.ts';
import type { Job } from '../job.ts';

const KINDS: readonly TraderOptions[] = [
  { blocking: true, waitAsync: true },
  { blocking: false, waitAsync: true },
  { blocking: false, waitAsync: false },
];

/** Two workers that trade: to the end, or until one of them is terminated in the midst of it. */
export const threads: Job = {
  name: 'threads',
  async round(random) {
    const options = [KINDS[random.below(3)]!, KINDS[random.below(3)]!] as const;
    const mayEnd = random.below(3) > 0;
    const packets = mayEnd ? 500 + random.below(4000) : 0;
    const pair = new TradingPair(options, packets, random.next(), random.below(2) === 0 ? 4096 : 65_536);
    let checked = 0;
    if (mayEnd) {
      for (const report of await pair.run(2 * packets)) {
        assert.ok(report !== null, 'a worker ended without a report');
        assert.deepEqual([report.sent, report.received, report.lost, report.endedBy], [packets, packets, 0, null]);
        checked += report.received;
      }
      return checked;
    }
    await reached(pair, random.below(3000));
    const victim = random.below(2);
    await pair.traders[victim]!.worker.terminate();
    const report = await pair.traders[1 - victim]!.report;
    assert.ok(report !== null, 'the survivor ended without a report');
    assert.deepEqual([report.lost, report.endedBy], [0, 'PeerDied']);
    await pair.end();
    return report.received;
  },
};

async function reached({ progress }: TradingPair, packets: number): Promise<void> {
  for (;;) {
    const now = Atomics.load(progress, 0);
    if (now > packets) return;
    const wait = Atomics.waitAsync(progress, 0, now, 20);
    if (wait.async) await wait.value;
  }
}
