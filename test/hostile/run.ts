import { Worker } from 'node:worker_threads';
import { ChannelError, createChannelPair } from '../../src/index.ts';
import { Board } from './board.ts';
import type { Episode, OurOrder, OurReport } from './episode.ts';
import { HonestPeer } from './honest.ts';
import { showProgress } from '../support/progress-line.ts';

/** What takes longer to come back is a wait or a loop without a bound: far above what any operation may wait. */
const HANG_MS = 10_000;
/** The same until the first one: all is loaded then. */
const START_MS = 60_000;

/** How often the honest channel is looked at, and whether all others go on. */
const LOOK_MS = 5;

const HEAP_MEGABYTES = 512;

export interface HostileRun {
  readonly report: OurReport | null;
  /** Packets that came back through the honest channel, each checked. */
  readonly honest: number;
  /** What the peer did. */
  readonly steps: number;
  readonly failure: string | null;
}

/** Two threads, one that is hostile and one that is attacked, and an honest channel into the latter. Ends them both. */
export class HostileThreads {
  readonly #board = new Board();
  readonly #honest: HonestPeer;
  readonly #ours: Worker;
  readonly #scribbler: Worker;

  constructor(seed: number, seconds: number) {
    const [honest, theirs] = createChannelPair({ ringBytes: 16384 });
    this.#honest = new HonestPeer(honest);
    const board = this.#board.memory;
    const workerData: OurOrder = { seed, seconds, board, honest: theirs };
    const resourceLimits = { maxOldGenerationSizeMb: HEAP_MEGABYTES };
    this.#scribbler = new Worker(new URL('./peer/scribbler-worker.ts', import.meta.url), { workerData: board });
    this.#ours = new Worker(new URL('./ours/our-worker.ts', import.meta.url), { workerData, resourceLimits });
  }

  /** Comes to an end before its time. */
  stop(): void {
    this.#board.stop();
  }

  async run(): Promise<HostileRun> {
    const hideProgress = showProgress(() => `${this.#board.operations} operations`);
    const outcome = await this.#outcome();
    hideProgress();
    await Promise.all([this.#ours.terminate(), this.#scribbler.terminate()]);
    this.#honest.close();
    return { ...outcome, honest: this.#honest.checked, steps: this.#board.steps };
  }

  #outcome(): Promise<{ report: OurReport | null; failure: string | null }> {
    const board = this.#board;
    return new Promise((resolve) => {
      let operations = -1;
      let since = performance.now();
      const fail = (failure: string): void => {
        clearInterval(timer);
        resolve({ report: null, failure });
      };
      const look = (): void => {
        try {
          this.#honest.exchange();
        } catch (error) {
          // Our side is at its end, and its report is under way: had it closed the channel by mistake, its next echo would have thrown.
          if (error instanceof ChannelError && error.code === 'PeerClosed') return;
          fail(`the honest channel: ${String(error)}`);
          return;
        }
        const now = performance.now();
        if (board.operations !== operations) {
          operations = board.operations;
          since = now;
          return;
        }
        const limitMs = operations > 0 ? HANG_MS : START_MS;
        if (now - since > limitMs) fail(`${board.operation} has not come back for ${limitMs} ms`);
      };
      const timer = setInterval(look, LOOK_MS);
      for (const worker of [this.#ours, this.#scribbler]) {
        worker.once('error', (error) =>
          fail(`a thread ended, in ${board.operation}: ${String((error as Error).stack ?? error)}`),
        );
      }
      this.#ours.on('message', (message: Episode | OurReport) => {
        if ('strategy' in message) {
          this.#scribbler.postMessage(message);
          return;
        }
        clearInterval(timer);
        resolve({ report: message, failure: message.failure });
      });
    });
  }
}
