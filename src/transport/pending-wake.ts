import { takeTurn } from '../channel/event-loop-turn.ts';

/** After this many wake-ups, one comes with a turn of the event loop. */
const WAKES_A_TURN = 256;

/** Who is to be woken when a signal comes: `Signal.listen` and `unlisten`, as the signals that come from elsewhere have them. */
export class PendingWake {
  #wake: (() => void) | null = null;
  #due = false;
  #wakes = 0;

  /** Who listens, or `null` while nobody does. */
  get listener(): (() => void) | null {
    return this.#wake;
  }

  /** Takes the place of who listened before. */
  set(wake: () => void): void {
    this.#wake = wake;
  }

  /** Nobody listens any more. False where nobody did. */
  clear(): boolean {
    const wasSet = this.#wake !== null;
    this.#wake = null;
    return wasSet;
  }

  /**
   * Wakes whoever listens then, once, however often it is asked for. Not at once: who asks may be in the middle of what another channel
   * does.
   */
  schedule(): void {
    if (this.#due || this.#wake === null) return;
    this.#due = true;
    const call = (): void => {
      this.#due = false;
      this.#wake?.();
    };
    // A peer that rings all the time would otherwise let no timer and no I/O of this thread have a turn.
    if (++this.#wakes % WAKES_A_TURN === 0) void takeTurn().then(call);
    else queueMicrotask(call);
  }
}
