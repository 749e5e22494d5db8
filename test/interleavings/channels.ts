import { Channel, type Signal } from '../../src/index.ts';
import { END_OPEN } from '../../src/channel/signal.ts';
import { Doorbell, DOORBELL_WORDS, initializeDoorbell } from '../../src/transport/threads/doorbell.ts';
import { DoorbellSignal } from '../../src/transport/threads/doorbell-signal.ts';
import type { Lives } from '../../src/transport/threads/liveness/lives.ts';
import { otherSide, type Side, SIDES } from './clocks.ts';
import type { Surroundings } from './fiber.ts';
import type { SignalRules } from './signal-rules.ts';
import { World } from './world.ts';

/** Where the page that links two threads has the state of its ends, and their doorbells. */
const STATES = 16;
const DOORBELLS = [64, 64 + DOORBELL_WORDS] as const;

/** Both threads live. */
const LIVES: Lives = { isPeerDead: () => false, blocks: () => {}, runs: () => {}, end: () => {} };

/** The memory of a channel between threads, both of whose ends are open. */
export function threadsWorld(): World {
  const world = new World();
  const doorbell = new Int32Array(DOORBELL_WORDS);
  initializeDoorbell(doorbell, 1, 0);
  for (const side of SIDES) {
    world.set(4 * (STATES + side), END_OPEN);
    for (const [i, word] of doorbell.entries()) if (word !== 0) world.set(4 * (DOORBELLS[side] + i), word);
  }
  return world;
}

/** This side's end of a channel between threads. */
export function openThreadEnd({ side, memory, rules }: Surroundings): Channel {
  const words = (of: Side): Int32Array => memory.words(DOORBELLS[of], DOORBELL_WORDS);
  const peer = { words: words(otherSide(side)), slot: 0 };
  const doorbell = new Doorbell(words(side), null);
  const signal = new DoorbellSignal(memory.words(STATES, 2), side, doorbell, 0, peer, LIVES);
  return openOver({ side, memory }, checked(signal, rules));
}

/** An end over both rings. */
export function openOver({ side, memory }: Pick<Surroundings, 'side' | 'memory'>, signal: Signal): Channel {
  return new Channel({ incoming: memory.ring(otherSide(side)), outgoing: memory.ring(side), signal });
}

/** Has each signal be due, but for that of closing. */
export function checked<S extends Signal>(signal: S, rules: SignalRules): S {
  const notify = signal.notify.bind(signal);
  const close = signal.close.bind(signal);
  let isClosing = false;
  signal.notify = () => {
    if (!isClosing) rules.signalled();
    notify();
  };
  signal.close = () => {
    isClosing = true;
    close();
  };
  return signal;
}
