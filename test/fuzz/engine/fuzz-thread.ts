import { Worker } from 'node:worker_threads';
import { showProgress } from '../../support/progress-line.ts';
import { Board } from './board.ts';
import type { Crash } from './fuzzer.ts';
import type { FuzzOrder, FuzzReport } from './fuzz-worker.ts';

/** An input that takes longer hangs. Far above what any takes: the machine may be busy. */
const HANG_MS = 10_000;
/** The same until the first one: what is to be run is loaded then. */
const START_MS = 60_000;

const LOOK_MS = 500;

/** A thread that is larger has allocated without bounds. */
const HEAP_MEGABYTES = 1024;

/** A thread that fuzzes one target, and what keeps an eye on it: neither a loop without end nor memory without end escapes. */
export class FuzzThread {
  /** How it ended: with a report, or by an input that it did not survive. */
  readonly ended: Promise<{ readonly report: FuzzReport } | Crash>;
  readonly #board = new Board();

  constructor(order: Omit<FuzzOrder, 'board'>) {
    this.ended = this.#run({ ...order, board: this.#board.memory });
  }

  /** Asks it to come to its end. */
  stop(): void {
    this.#board.stop();
  }

  #run(workerData: FuzzOrder): Promise<{ readonly report: FuzzReport } | Crash> {
    const board = this.#board;
    const resourceLimits = { maxOldGenerationSizeMb: HEAP_MEGABYTES };
    const worker = new Worker(new URL('./fuzz-worker.ts', import.meta.url), { workerData, resourceLimits });
    return new Promise((resolve) => {
      let executions = -1;
      let since = performance.now();
      const hideProgress = showProgress(
        () => `${workerData.target}: ${board.executions} executions, ${board.features} features`,
      );
      const timer = setInterval(() => {
        const now = performance.now();
        if (board.executions === executions) {
          const limitMs = executions > 0 ? HANG_MS : START_MS;
          if (now - since > limitMs) end({ input: board.input, error: `not at its end after ${limitMs} ms` });
          return;
        }
        executions = board.executions;
        since = now;
      }, LOOK_MS);
      const end = (outcome: { readonly report: FuzzReport } | Crash): void => {
        clearInterval(timer);
        hideProgress();
        void worker.terminate().then(() => resolve(outcome));
      };
      worker.once('message', (report: FuzzReport) => end({ report }));
      worker.once('error', (error) => end({ input: board.input, error: String((error as Error).stack ?? error) }));
    });
  }
}
