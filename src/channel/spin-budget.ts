/** The fewest looks before a sleep: as long as the peer needs for a packet that is on its way. About a microsecond. */
const MINIMUM_POLLS = 50;

/** The most: about as long as sleeping and waking takes, so that looking in vain costs no more than it could have saved. */
const MAXIMUM_POLLS = 1500;

/** How often to look, at least and at most. */
export interface SpinLimits {
  readonly minimum: number;
  readonly maximum: number;
}

const BLOCKING_LIMITS: SpinLimits = { minimum: MINIMUM_POLLS, maximum: MAXIMUM_POLLS };

/** Every so many waits the most is tried, whatever happened before: the peer may have got a core of its own. */
const PROBE_WAITS = 32;

/**
 * How often a blocking wait looks before it sleeps. More often where looking paid lately, less where it was in vain: on a core that
 * both threads share, the peer cannot run while this one looks, and waiting that way would be all that ever happens.
 */
export class SpinBudget {
  readonly #limits: SpinLimits;
  #polls: number;
  #waits = 0;

  constructor(limits: SpinLimits = BLOCKING_LIMITS) {
    this.#limits = limits;
    this.#polls = limits.maximum;
  }

  /** How often to look now. */
  next(): number {
    this.#waits++;
    return this.#waits % PROBE_WAITS === 0 ? this.#limits.maximum : this.#polls;
  }

  /** There was no need to sleep. */
  paid(): void {
    this.#polls = Math.min(this.#limits.maximum, this.#polls * 2);
  }

  /** It had to sleep after all. Once says little: the peer may not have begun yet, or was interrupted. */
  failed(): void {
    this.#polls = Math.max(this.#limits.minimum, this.#polls - Math.max(1, this.#polls >> 3));
  }
}

interface Pausing {
  readonly pause?: () => void;
}

/** Tells the processor that this thread looks in a loop: its other half, if it has one, may go ahead. Where there is such a thing. */
export function pause(): void {
  (Atomics as Pausing).pause?.();
}
