import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { type ChannelHandle, createChannelPair } from '../../src/index.ts';
import type { TradeReport, TraderTask } from '../transport/workers/trader.ts';
import { showPackets } from '../support/progress-line.ts';

export type TraderOptions = Pick<TraderTask, 'blocking' | 'waitAsync'>;

/** A worker at one end of a channel, and what it will say of that. */
export interface Trader {
  readonly worker: Worker;
  /** `null` if it was terminated before it could say anything. */
  readonly report: Promise<TradeReport | null>;
}

/** Two workers that trade with each other over a small channel. `packets` each way; without end if that is 0. */
export class TradingPair {
  readonly traders: readonly [Trader, Trader];
  /** Packets that arrived, both ways. */
  readonly progress: Int32Array = new Int32Array(new SharedArrayBuffer(4));

  constructor(options: readonly [TraderOptions, TraderOptions], packets: number, seed: number, ringBytes = 4096) {
    const handles = createChannelPair({ ringBytes });
    const seeds = [seed, seed ^ 0x2545f491] as const;
    const start = (end: 0 | 1): Trader =>
      this.#start(handles[end], { ...options[end], packets, seeds: end === 0 ? seeds : [seeds[1], seeds[0]] });
    this.traders = [start(0), start(1)];
  }

  #start(handle: ChannelHandle, task: Omit<TraderTask, 'handle' | 'progress'>): Trader {
    const workerData: TraderTask = { ...task, handle, progress: this.progress };
    const worker = new Worker(new URL('../transport/workers/trader.ts', import.meta.url), { workerData });
    const report = Promise.race([
      once(worker, 'message').then(([found]) => found as TradeReport),
      new Promise<null>((resolve) => worker.once('exit', () => setTimeout(() => resolve(null), 100))),
    ]);
    return { worker, report };
  }

  /** Both reports. Rejects with the first error of either; both are gone then. */
  async run(expected: number): Promise<readonly (TradeReport | null)[]> {
    const hideProgress = showPackets(this.progress, expected);
    try {
      return await Promise.all(this.traders.map((trader) => trader.report));
    } finally {
      hideProgress();
      await this.end();
    }
  }

  async end(): Promise<void> {
    await Promise.all(this.traders.map((trader) => trader.worker.terminate()));
  }
}
