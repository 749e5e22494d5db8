import { parentPort, workerData } from 'node:worker_threads';
import { Xorshift } from '../../support/xorshift.ts';
import { Board } from './board.ts';
import { coverageOf, type Coverage } from './coverage.ts';
import { type Crash, Fuzzer } from './fuzzer.ts';
import { loadTargets } from './load-targets.ts';

/** What a fuzzing thread is to do. */
export interface FuzzOrder {
  readonly target: string;
  readonly seconds: number;
  readonly seed: number;
  readonly board: SharedArrayBuffer;
  /** What to begin with. */
  readonly corpus: readonly Uint8Array[];
}

/** What came of it. */
export interface FuzzReport {
  readonly crash: Crash | null;
  readonly executions: number;
  readonly executionsPerSecond: number;
  readonly features: number;
  readonly coverage: readonly Coverage[];
  /** As few inputs as reach all that was reached. */
  readonly corpus: readonly Uint8Array[];
}

const order = workerData as FuzzOrder;
const board = new Board(order.board);
const loaded = await loadTargets();
const target = loaded.targets[order.target]!;
const fuzzer = new Fuzzer(loaded, target, new Xorshift(order.seed), board);
const began = performance.now();
const crash = await fuzzer.run(order.corpus, began + order.seconds * 1000);
const { executions } = board;
const executionsPerSecond = (executions * 1000) / (performance.now() - began);
const report: FuzzReport = {
  crash,
  executions,
  executionsPerSecond,
  features: fuzzer.features.count,
  coverage: coverageOf(loaded.blocks, fuzzer.features.entered(), target.sources),
  corpus: crash === null ? await fuzzer.minimise() : [],
};
parentPort!.postMessage(report);
