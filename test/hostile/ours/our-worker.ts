import { inspect } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';
import { Xorshift } from '../../support/xorshift.ts';
import { Board } from '../board.ts';
import type { Episode, OurOrder, OurReport, Traffic } from '../episode.ts';
import { HonestEnd } from '../honest.ts';
import { STRATEGIES } from '../peer/strategies.ts';
import { inspection } from './inspection.ts';
import { bytePipes, messagePipes } from './pipes.ts';
import { placeRings } from './place.ts';
import { queues } from './queues.ts';
import { rawRings } from './raw-rings.ts';
import { requests } from './requests.ts';
import { type OurRings, OurSide } from './side.ts';

/** How long one channel is used, unless it closes before. */
const EPISODE_MS = 60;

/** For the other thread to be given time on a busy machine. */
const ANSWER_MS = 20_000;

type Use = (side: OurSide, rings: OurRings, untilMs: number) => Promise<void>;

/** What our side is, and what it speaks. Bare rings most often: whatever is wrong with a packet, they go on. */
const USES: readonly (readonly [Use, Traffic])[] = [
  [rawRings, 'packets'],
  [rawRings, 'packets'],
  [queues, 'packets'],
  [messagePipes, 'pipe'],
  [bytePipes, 'pipe'],
  [requests, 'requests'],
  [inspection, 'packets'],
];

const order = workerData as OurOrder;
const board = new Board(order.board);
const honest = new HonestEnd(order.honest);
const random = new Xorshift(order.seed);
const side = new OurSide(random, board, honest);
const strategies = Object.keys(STRATEGIES);
let episodes = 0;
let mostBytes = 0;

/** Another pair of use and strategy each time, until all had their turn. */
async function runEpisode(): Promise<void> {
  const [use, traffic] = USES[episodes % USES.length]!;
  side.strategy = strategies[Math.floor(episodes / USES.length) % strategies.length]!;
  const { ours, theirs } = placeRings(random, side.secrets);
  side.keepAroundGuest();
  const number = ++episodes;
  const { strategy } = side;
  const episode: Episode = {
    number,
    seed: order.seed,
    strategy,
    traffic,
    toUs: ours.incoming,
    fromUs: ours.outgoing,
    signal: theirs,
  };
  board.begin(number);
  parentPort!.postMessage(episode);
  board.awaitReady(number, ANSWER_MS);
  try {
    await use(side, ours, performance.now() + EPISODE_MS);
  } finally {
    board.end(ANSWER_MS);
  }
  side.secrets.checkUntouched();
  const { heapUsed, external } = process.memoryUsage();
  mostBytes = Math.max(mostBytes, heapUsed + external);
}

let failure: string | null = null;
const end = performance.now() + order.seconds * 1000;
try {
  while (performance.now() < end && !board.isStopped) {
    await runEpisode();
    await new Promise((resume) => setImmediate(resume));
  }
} catch (error) {
  // With what caused it.
  failure = `episode ${episodes}: ${inspect(error)}`;
}
honest.close();
const report: OurReport = {
  episodes,
  operations: side.operations.counts,
  errors: side.errors.counts,
  accepted: side.accepted.counts,
  slowest: side.slowest,
  mostBytes,
  failure,
};
parentPort!.postMessage(report);
