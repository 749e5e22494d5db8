import { takeTurn } from '../channel/event-loop-turn.ts';

/** After this many wake-ups, one comes with a turn of the event loop. */
const WAKES_A_TURN = 256;

/** Who is to be woken when a signal comes: `Signal.listen`, as the signals that come from elsewhere have it. */
export class ScheduledWake {
  /** What is called, or `null` while nobody listens. */
  wake: (() => void) | null = null;
  #due = false;
  #wakes = 0;

  /**
   * Wakes whoever listens then, once, however often it is asked for. Not at once: who asks may be in the middle of what another channel
   * does.
   */
  schedule(): void {
    if (this.#due || this.wake === null) return;
    this.#due = true;
    const call = (): void => {
      this.#due = false;
      this.wake?.();
    };
    // A peer that rings all the time would otherwise let no timer and no I/O of this thread have a turn.
    if (++this.#wakes % WAKES_A_TURN === 0) void takeTurn().then(call);
    else queueMicrotask(call);
  }
}
