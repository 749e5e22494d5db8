// Two workers, packets both ways, each waiting in its own way, giving waits up at random: nothing may be lost, doubled, torn or out of
// order, and no signal that is due may fail to come.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseSeed, runsInFull, scaleRuns } from '../support/property.ts';
import { type TraderOptions, TradingPair } from './traders.ts';

const BLOCKING: TraderOptions = { blocking: true, waitAsync: true };
const ASYNC: TraderOptions = { blocking: false, waitAsync: true };
const FALLBACK: TraderOptions = { blocking: false, waitAsync: false };

interface Traffic {
  readonly name: string;
  readonly options: readonly [TraderOptions, TraderOptions];
  /** Packets each way. */
  readonly packets: number;
  readonly ringBytes?: number;
}

const TRAFFIC: readonly Traffic[] = [
  { name: 'blocking and blocking', options: [BLOCKING, BLOCKING], packets: 500_000 },
  { name: 'blocking and asynchronous', options: [BLOCKING, ASYNC], packets: 500_000 },
  { name: 'asynchronous and blocking', options: [ASYNC, BLOCKING], packets: 500_000 },
  { name: 'asynchronous and asynchronous', options: [ASYNC, ASYNC], packets: 500_000 },
  { name: 'both without Atomics.waitAsync', options: [FALLBACK, FALLBACK], packets: 50_000 },
  { name: 'one without Atomics.waitAsync', options: [FALLBACK, BLOCKING], packets: 50_000 },
  { name: 'through larger rings', options: [BLOCKING, ASYNC], packets: 500_000, ringBytes: 65536 },
];

const seed = chooseSeed();

for (const [number, { name, options, packets, ringBytes }] of TRAFFIC.entries()) {
  test(`${name}: ${packets} packets each way`, async (t) => {
    const scaled = scaleRuns(packets);
    t.diagnostic(`${scaled} packets each way; replay with VMBUS_RING_SEED=${seed}`);
    const began = performance.now();
    const pair = new TradingPair(options, scaled, seed + number, ringBytes);
    const reports = await pair.run(2 * scaled);
    for (const report of reports) {
      assert.ok(report !== null, 'a worker ended without a report');
      const { sent, received, lost, endedBy } = report;
      assert.deepEqual({ sent, received, lost, endedBy }, { sent: scaled, received: scaled, lost: 0, endedBy: null });
      assert.equal(report.signals.lost, 0);
    }
    // In a larger ring there is always something to do.
    const givenUp = reports.reduce((sum, report) => sum + (report?.givenUp ?? 0), 0);
    if (runsInFull() && ringBytes === undefined) assert.ok(givenUp > 0);
    const perSecond = Math.round((2 * scaled) / ((performance.now() - began) / 1000));
    t.diagnostic(`${perSecond} packets a second; ${JSON.stringify(reports.map((report) => report?.signals))}`);
  });
}
