import { SpinBudget } from '../../src/channel/spin-budget.ts';
import { SteppedPromise } from './stepped-promise.ts';

/**
 * The event loop of a side, in one run: microtasks in order, then whoever was woken at shared memory. Timers never fire: nothing that has to happen may
 * depend on one. Time stands still.
 */
export class EventLoop {
  readonly #microtasks: (() => void)[] = [];
  readonly #woken: () => void;
  #sleeper: (() => void) | null = null;

  /** `woken` returns when the sleep that began is over. */
  constructor(woken: () => void) {
    this.#woken = woken;
  }

  /** Who waits at shared memory, and is called when it is woken. */
  sleeper(wake: () => void): void {
    if (this.#sleeper !== null) throw new Error('a side sleeps at one word only');
    this.#sleeper = wake;
  }

  /** What a promise that the library made comes to: runs until it is settled. */
  settle<T>(promise: Promise<T>): T {
    const settling = promise as unknown as SteppedPromise<T>;
    while (settling.outcome === null) this.#turn();
    if ('error' in settling.outcome) throw settling.outcome.error;
    return settling.outcome.value;
  }

  #turn(): void {
    const task = this.#microtasks.shift();
    if (task !== undefined) {
      task();
      return;
    }
    const wake = this.#sleeper;
    if (wake === null) throw new Error('nothing is left that could happen');
    this.#woken();
    this.#sleeper = null;
    wake();
  }

  /**
   * Until what is returned is called, what the runtime has for all that is what this one has. And who blocks looks once before it sleeps: more of the
   * same would add nothing but moments.
   */
  standIn(): () => void {
    const schedule = (task: () => void): void => void this.#microtasks.push(task);
    SteppedPromise.schedule = schedule;
    const timer = { ref: () => {}, unref: () => {} };
    const { next } = SpinBudget.prototype;
    SpinBudget.prototype.next = () => 0;
    const { now } = performance;
    performance.now = () => 0;
    const original = { queueMicrotask, setTimeout, setInterval, clearTimeout, clearInterval, Promise };
    Object.assign(globalThis, {
      queueMicrotask: schedule,
      setTimeout: () => timer,
      setInterval: () => timer,
      clearTimeout: () => {},
      clearInterval: () => {},
      Promise: SteppedPromise,
    });
    return () => {
      Object.assign(globalThis, original);
      performance.now = now;
      SpinBudget.prototype.next = next;
    };
  }
}
