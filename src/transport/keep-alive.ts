/** A timer of Node and its like; browsers and Deno have numbers. */
interface Timer {
  ref?(): void;
  unref?(): void;
}

interface TimerHost {
  readonly Deno?: { refTimer(id: number): void; unrefTimer(id: number): void };
}

/**
 * Calls `tick` every now and then while somebody holds it, and keeps the process alive while a holder wants that: a wait at
 * shared memory does not by itself.
 *
 * Waits are short and many. So the timer is not made anew for each: while nobody holds it, it is only let go of, and ends with
 * the first tick that finds it so.
 */
export class KeepAlive {
  /** Milliseconds from one tick to the next; a change counts from the next tick on. */
  intervalMs: number;
  readonly #tick: () => void;
  #holders = 0;
  #keeping = 0;
  #timer: Timer | number | undefined;

  constructor(intervalMs: number, tick: () => void) {
    this.intervalMs = intervalMs;
    this.#tick = tick;
  }

  get isHeld(): boolean {
    return this.#holders > 0;
  }

  hold(keepsAlive: boolean): void {
    this.#holders++;
    if (keepsAlive) this.#keeping++;
    if (this.#timer === undefined) this.#start();
    else if (keepsAlive && this.#keeping === 1) this.#ref(true);
  }

  drop(keepsAlive: boolean): void {
    this.#holders--;
    if (keepsAlive && --this.#keeping === 0) this.#ref(false);
  }

  dropAll(): void {
    this.#holders = 0;
    if (this.#keeping > 0) this.#ref(false);
    this.#keeping = 0;
  }

  #start(): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (!this.isHeld) return;
      this.#tick();
      if (this.isHeld && this.#timer === undefined) this.#start();
    }, this.intervalMs) as Timer | number;
    if (this.#keeping === 0) this.#ref(false);
  }

  #ref(keepsAlive: boolean): void {
    const timer = this.#timer;
    if (timer === undefined) return;
    if (typeof timer !== 'number') {
      if (keepsAlive) timer.ref?.();
      else timer.unref?.();
      return;
    }
    const { Deno: deno } = globalThis as TimerHost;
    if (keepsAlive) deno?.refTimer(timer);
    else deno?.unrefTimer(timer);
  }
}
