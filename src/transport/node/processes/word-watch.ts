import { takeTurn } from '../../../channel/event-loop-turn.ts';
import { LOOK_INTERVAL_MS } from '../../../channel/signal.ts';
import { SpinBudget, type SpinLimits } from '../../../channel/spin-budget.ts';
import { onThreadEnd } from '../../thread-end.ts';
import { FutexVector, futexWake, type FutexWord } from '../ffi/futex.ts';
import { allocateNative } from '../ffi/native-memory.ts';
import { HeldTimer } from './held-timer.ts';
import { longestSleepMs, maySleepInPool } from '../ffi/sleep-limits.ts';

/** How long to sleep between two looks where nobody can sleep at the words, at first and at most. */
const FIRST_POLL_MS = 1;
const LAST_POLL_MS = 16;

/**
 * How often to look before a sleep, with a turn of the event loop each time, where that paid lately: about as long as sleeping and
 * waking takes, on two threads that are not this one.
 */
const TURNS: SpinLimits = { minimum: 1, maximum: 24 };

/** A word in shared memory that says when something has happened, by changing. */
export interface WatchedWord {
  readonly address: number;
  load(): number;
  /** Somebody begins to sleep at the word: who changes it has to wake him. */
  beginSleep(): void;
  endSleep(): void;
}

/** Sleeps in a row that end too early, for no reason: it is no signal that interrupts them, but the system that does not give any. */
const MAXIMUM_FAILURES = 8;

/** A sleep that is this much shorter than it was to be ended too early. */
const EARLY_MS = 10;

interface Watch {
  readonly seen: number;
  readonly wake: () => void;
  readonly keepsAlive: boolean;
}

/**
 * The words that this thread waits for without blocking, all of them together: another thread sleeps at them in one system call. Where
 * that cannot be done, and for words that are not to keep the process alive, which such a call does, it looks by time.
 */
class WordWatch {
  readonly #waiting: Map<WatchedWord, Watch> = new Map();
  /** `null` where nobody can sleep for this thread, or could not once. */
  #vector: FutexVector | null = maySleepInPool() && FutexVector.isSupported() ? new FutexVector() : null;
  /** The words that the sleep under way is for, and what they were. */
  #asleep: ReadonlyMap<WatchedWord, number> | null = null;
  #failures = 0;
  /** Changed to end the sleep: the first of its words. */
  readonly #interrupt = allocateNative(64);
  readonly #interruptWord = new Int32Array(this.#interrupt.buffer);
  readonly #turns = new SpinBudget(TURNS);
  #isLooking = false;
  #isLookDue = false;
  readonly #polls = new HeldTimer(FIRST_POLL_MS, () => this.#poll());
  /** Whatever becomes of the sleep: all threads of the pool may be busy, and what dies changes no word. */
  readonly #ticks = new HeldTimer(LOOK_INTERVAL_MS, () => this.#tick());
  #isUpdateDue = false;

  constructor() {
    // A call that is under way would keep the process from ending until it is over.
    onThreadEnd(() => this.#endSleep());
  }

  /** Calls `wake` when the word is no longer `seen`, and every 500 ms; never from within this call. Once. */
  listen(word: WatchedWord, watch: Watch): void {
    this.#waiting.set(word, watch);
    this.#isLookDue = true;
    this.#updateSoon();
  }

  unlisten(word: WatchedWord): void {
    if (this.#waiting.delete(word)) this.#updateSoon();
  }

  /** Waits end and begin by the dozen in one turn of the event loop: they are looked at together. */
  #updateSoon(): void {
    if (this.#isUpdateDue) return;
    this.#isUpdateDue = true;
    queueMicrotask(() => {
      this.#isUpdateDue = false;
      this.#update();
    });
  }

  #update(): void {
    if (this.#isLookDue && !this.#isLooking) void this.#look();
    const forSleep = this.#wordsToSleepFor();
    const asleep = this.#asleep;
    if (asleep === null) {
      if (forSleep.length > 0 && !this.#isLooking) void this.#sleep(forSleep);
    } else if (forSleep.length === 0 || forSleep.some(([word, { seen }]) => asleep.get(word) !== seen)) {
      // It begins anew, with the right words, when it has come back.
      this.#endSleep();
    }
    const watches = [...this.#waiting.values()];
    this.#polls.hold(watches.slice(forSleep.length));
    this.#ticks.hold(watches);
  }

  /** As many as there can be; none where none of them is to keep the process alive. */
  #wordsToSleepFor(): [WatchedWord, Watch][] {
    const waiting = [...this.#waiting];
    const sleeps = this.#vector !== null && waiting.some(([, { keepsAlive }]) => keepsAlive);
    return sleeps ? waiting.slice(0, FutexVector.maximum - 1) : [];
  }

  /** The peer may be about to answer: to look for as long as a sleep would cost is worth it, while others have their turns. */
  async #look(): Promise<void> {
    this.#isLookDue = false;
    this.#isLooking = true;
    let paid = false;
    for (let left = this.#turns.next(); left > 0 && !paid && this.#waiting.size > 0; left--) {
      await takeTurn();
      paid = this.#wakeChanged();
    }
    this.#isLooking = false;
    if (paid) this.#turns.paid();
    else this.#turns.failed();
    this.#updateSoon();
  }

  async #sleep(watches: readonly (readonly [WatchedWord, Watch])[]): Promise<void> {
    const words = new Map(watches.map(([word, { seen }]) => [word, seen]));
    this.#asleep = words;
    const interrupted = Atomics.load(this.#interruptWord, 0);
    const vector: FutexWord[] = [{ address: this.#interrupt.address, value: interrupted }];
    for (const [word, value] of words) {
      word.beginSleep();
      vector.push({ address: word.address, value });
    }
    const lastMs = performance.now() + longestSleepMs() - EARLY_MS;
    try {
      const isEnded = await this.#vector!.sleep(vector, longestSleepMs());
      const hasReason = isEnded || performance.now() >= lastMs || this.#hasChanged(words, interrupted);
      this.#failures = hasReason ? 0 : this.#failures + 1;
      if (this.#failures === MAXIMUM_FAILURES) this.#vector = null;
    } catch {
      this.#vector = null;
    } finally {
      for (const word of words.keys()) word.endSleep();
      this.#asleep = null;
    }
    this.#wakeChanged();
    this.#updateSoon();
  }

  #hasChanged(asleep: ReadonlyMap<WatchedWord, number>, interrupted: number): boolean {
    if (Atomics.load(this.#interruptWord, 0) !== interrupted) return true;
    for (const [word, value] of asleep) if (word.load() !== value) return true;
    return false;
  }

  #endSleep(): void {
    if (this.#asleep === null) return;
    Atomics.add(this.#interruptWord, 0, 1);
    futexWake(this.#interrupt.address);
  }

  /** True if there was one. */
  #wakeChanged(): boolean {
    let found = false;
    for (const [word, { seen, wake }] of this.#waiting) {
      if (word.load() === seen) continue;
      found = true;
      this.#waiting.delete(word);
      wake();
    }
    return found;
  }

  /** There may be news that no word tells of: whether the peers live. */
  #tick(): void {
    for (const [word, { wake }] of this.#waiting) {
      this.#waiting.delete(word);
      wake();
    }
    this.#updateSoon();
  }

  #poll(): void {
    const found = this.#wakeChanged();
    this.#polls.intervalMs = found ? FIRST_POLL_MS : Math.min(2 * this.#polls.intervalMs, LAST_POLL_MS);
    this.#updateSoon();
  }
}

let watch: WordWatch | undefined;

/** The one of this thread, made when it is first needed. */
export function wordWatch(): Pick<WordWatch, 'listen' | 'unlisten'> {
  watch ??= new WordWatch();
  return watch;
}
