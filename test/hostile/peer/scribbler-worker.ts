import { parentPort, workerData } from 'node:worker_threads';
import { openSignal } from '../../../src/index.ts';
import { Xorshift } from '../../support/xorshift.ts';
import { Board } from '../board.ts';
import type { Episode } from '../episode.ts';
import { Peer } from './reach.ts';
import { Behaviour } from './strategies.ts';

/** Steps between two looks at whether the episode is over. */
const STEPS = 4;

const board = new Board(workerData as SharedArrayBuffer);

/** Scribbles, without ever going back to the event loop, until the episode is over. */
function scribble({ number, seed, strategy, traffic, toUs, fromUs, signal }: Episode): void {
  const random = new Xorshift(seed + number);
  const end = openSignal(signal);
  const peer = new Peer(toUs, fromUs, end, random, traffic);
  const behaviour = new Behaviour(peer, strategy);
  board.sayReady(number);
  while (board.episode === number) {
    for (let i = 0; i < STEPS; i++) behaviour.act(peer);
    board.countSteps(STEPS);
  }
  end.close();
  board.sayReady(-number);
}

parentPort!.on('message', scribble);
