import { END_OPEN, Signal, type SignalSource } from './signal.ts';

/**
 * A signal within one thread's event loop: whatever makes `raise` be called on one side, and a function that reaches the
 * peer on the other. For emulators and virtual machine monitors: hand in what injects the guest's interrupt, and call
 * `raise` when the guest signals.
 *
 * It cannot block: nobody else could signal meanwhile.
 *
 * @example
 * ```ts
 * import { EventSignal } from 'vmbus-ring';
 *
 * let interrupts = 0;
 * const signal = new EventSignal(() => interrupts++); // what signals the guest
 * signal.notify();
 * interrupts; // 1
 *
 * const seen = signal.count();
 * setTimeout(() => signal.raise(), 1); // the guest signals us
 * await signal.wait(seen); // true
 * ```
 */
export class EventSignal extends Signal {
  /** `null`: it wakes nobody else. */
  override readonly source: SignalSource | null = null;
  readonly #notify: () => void;
  #count = 0;
  #wake: (() => void) | null = null;
  #due = false;

  /** `notify` signals the peer. `states` and `own` are for two ends that know of each other: see {@link createSignals}. */
  constructor(notify: () => void, states?: Int32Array, own: 0 | 1 = 0) {
    super(states, own);
    this.#notify = notify;
  }

  /** The peer has signalled. */
  raise(): void {
    this.#count = (this.#count + 1) >>> 0;
    if (this.#wake !== null) this.#schedule();
  }

  /** Calls what was given for it. */
  override notify(): void {
    this.#notify();
  }

  /** Calls of `raise` so far, modulo 2^32. */
  override count(): number {
    return this.#count;
  }

  /** As every signal: in a microtask. */
  override listen(seen: number, wake: () => void): void {
    this.#wake = wake;
    if (seen !== this.#count) this.#schedule();
  }

  /** As every signal. */
  override unlisten(): void {
    this.#wake = null;
  }

  /** True if a signal has come that `seen` does not count; else a `TypeError`: waiting for one would never end. */
  override waitSync(seen: number, _timeoutMs: number): boolean {
    if (seen !== this.#count) return true;
    throw new TypeError('a channel within one thread cannot block: nobody could end the wait');
  }

  /** As every signal, and wakes who waits. */
  override peerGone(how: 'closed' | 'died'): void {
    super.peerGone(how);
    if (this.#wake !== null) this.#schedule();
  }

  /** In a microtask, so that who signals goes on first. */
  #schedule(): void {
    if (this.#due) return;
    this.#due = true;
    queueMicrotask(() => {
      this.#due = false;
      const wake = this.#wake;
      this.#wake = null;
      wake?.();
    });
  }
}

/**
 * The signals of the two ends of a channel within one thread.
 *
 * @example
 * ```ts
 * import { createSignals } from 'vmbus-ring';
 *
 * const [a, b] = createSignals();
 * const seen = b.count();
 * a.notify();
 * b.count() === seen; // false
 * ```
 */
export function createSignals(): [EventSignal, EventSignal] {
  const states = Int32Array.of(END_OPEN, END_OPEN);
  const first: EventSignal = new EventSignal(() => second.raise(), states, 0);
  const second: EventSignal = new EventSignal(() => first.raise(), states, 1);
  return [first, second];
}
