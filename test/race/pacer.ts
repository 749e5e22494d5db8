import { Xorshift } from '../support/xorshift.ts';
import type { Sleeper } from './sleeper.ts';

/** Looks between two looks at the clock. */
const CLOCK_INTERVAL = 4096;

/** Turns of an empty loop, at most: as long as it takes a peer to fall asleep, more or less. */
const DELAY_TURNS = 32;

/**
 * Meets a peer that is about to sleep: waits, awake, for the peer's own commit, and then for no longer than the peer needs
 * to ask for a signal and look once more. A commit that comes at that very moment is the one that gets lost if either
 * side stores and loads in the wrong order; left to chance, the two hardly ever meet.
 */
export class Pacer {
  readonly #random: Xorshift;
  readonly #sleeper: Sleeper;

  constructor(seed: number, sleeper: Sleeper) {
    this.#random = new Xorshift(seed);
    this.#sleeper = sleeper;
  }

  /** Returns a moment after `ready` is true. Bounded by the phase's time limit. */
  meet(ready: () => boolean): void {
    for (let looks = 1; !ready(); looks++) {
      if (looks % CLOCK_INTERVAL === 0) this.#sleeper.checkDeadline();
    }
    // The random numbers are what keeps the loop from being thrown away.
    for (let turns = this.#random.below(DELAY_TURNS); turns > 0; turns--) this.#random.next();
  }
}
