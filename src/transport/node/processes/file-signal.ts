import { END_DIED, END_OPEN, LOOK_INTERVAL_MS, Signal, type SignalSource } from '../../../channel/signal.ts';
import { HEADER_WORDS, signalWord, WORD_STATE } from '../../channel-file/layout.ts';
import { PendingWake } from '../../pending-wake.ts';
import { onThreadEnd } from '../../thread-end.ts';
import { futexWait, futexWake } from '../ffi/futex.ts';
import type { Mapping } from '../mapping/mapping.ts';
import type { EndLocks } from './end-locks.ts';
import { longestSleepMs } from '../ffi/sleep-limits.ts';
import { type WatchedWord, wordWatch } from './word-watch.ts';

/**
 * Signals between processes: a count in the file for each end, and a futex on it. Whoever signals adds to the count, and makes a system
 * call only where somebody sleeps.
 */
export class FileSignal extends Signal {
  /** `null`: it wakes nobody else. */
  override readonly source: SignalSource | null = null;
  readonly #page: Mapping;
  readonly #onClosed: () => void;
  readonly #locks: EndLocks;
  readonly #peer: 0 | 1;
  readonly #outlivesPeer: boolean;
  readonly #word: WatchedWord;
  readonly #address: number;
  readonly #wake = new PendingWake();
  readonly #forgetThread: () => void;
  readonly #ownCount: number;
  #words: Int32Array;
  #keepsAlive = true;
  /** The count that the wait which is listened for has seen. */
  #seen = 0;
  #isOver = false;

  /**
   * Of `end`, which this process has locked and is about to open; `page` is the first of its file. With `outlivesPeer`, a peer that is gone is one
   * that is still to come. `onClosed` is called when the end is somebody else's to take.
   */
  constructor(page: Mapping, end: 0 | 1, outlivesPeer: boolean, locks: EndLocks, onClosed: () => void) {
    const words = new Int32Array(page.buffer, 0, HEADER_WORDS);
    super(words.subarray(WORD_STATE, WORD_STATE + 2), end);
    this.#page = page;
    this.#onClosed = onClosed;
    this.#locks = locks;
    this.#peer = end === 0 ? 1 : 0;
    this.#outlivesPeer = outlivesPeer;
    this.#words = words;
    this.#ownCount = signalWord(end);
    this.#address = page.address + 4 * this.#ownCount;
    this.#word = {
      address: this.#address,
      load: () => this.count(),
      beginSleep: () => this.#sleep(1),
      endSleep: () => this.#sleep(-1),
    };
    // Nobody sleeps yet, whatever a process that was killed has left here.
    Atomics.store(words, this.#ownCount + 1, 0);
    this.#forgetThread = onThreadEnd(() => this.#die());
  }

  override notify(): void {
    if (this.#isOver) return;
    const at = signalWord(this.#peer);
    Atomics.add(this.#words, at, 1);
    // After that: who begins to sleep says so, and then the kernel looks at the count.
    if (Atomics.load(this.#words, at + 1) !== 0) futexWake(this.#page.address + 4 * at);
  }

  override count(): number {
    return Atomics.load(this.#words, this.#ownCount);
  }

  override listen(seen: number, wake: () => void): void {
    // First of all: it may fail, and then nobody listens.
    const watch = wordWatch();
    this.#wake.set(wake);
    this.#seen = seen;
    if (this.#isOver || this.count() !== seen) this.#wake.schedule();
    else watch.listen(this.#word, { seen, wake: () => this.#wake.schedule(), keepsAlive: this.#keepsAlive });
  }

  override unlisten(): void {
    if (!this.#wake.clear()) return;
    wordWatch().unlisten(this.#word);
  }

  override waitSync(seen: number, timeoutMs: number): boolean {
    if (this.#isOver) return this.count() !== seen;
    const deadline = performance.now() + Math.min(timeoutMs, LOOK_INTERVAL_MS);
    this.#sleep(1);
    for (let leftMs = timeoutMs; leftMs > 0 && this.count() === seen; leftMs = deadline - performance.now()) {
      futexWait(this.#address, seen, Math.min(leftMs, longestSleepMs()));
    }
    this.#sleep(-1);
    return this.count() !== seen;
  }

  /** The kernel knows whether some process has the peer's end. */
  override look(): void {
    if (this.#isOver || this.#outlivesPeer || Atomics.load(this.states, this.peerWord) !== END_OPEN) return;
    try {
      this.#locks.whileFree(this.#peer, () => this.peerGone('died'));
    } catch {
      // The kernel does not say: nobody is taken for dead.
    }
  }

  override get seemsPeerGone(): boolean {
    return !this.#outlivesPeer && super.seemsPeerGone;
  }

  override isPeerGone(): boolean {
    return !this.#outlivesPeer && super.isPeerGone();
  }

  override ref(): void {
    this.#keepsAlive = true;
    this.#listenAgain();
  }

  override unref(): void {
    this.#keepsAlive = false;
    this.#listenAgain();
  }

  override close(): void {
    if (this.#isOver) return;
    super.close();
    this.#end();
  }

  /** Gives the end back, and says nothing to anybody. */
  abandon(): void {
    this.#end();
  }

  override peerGone(how: 'closed' | 'died'): void {
    super.peerGone(how);
    this.#wake.schedule();
  }

  /** The thread ends, and the end was not closed. */
  #die(): void {
    if (Atomics.compareExchange(this.states, this.ownWord, END_OPEN, END_DIED) === END_OPEN) this.notify();
  }

  /** Somebody else may take the end from now on: what is told of it afterwards is what it was. */
  #end(): void {
    this.#isOver = true;
    this.#forgetThread();
    this.states = this.states.slice();
    this.#words = this.#words.slice();
    this.#onClosed();
  }

  #sleep(count: 1 | -1): void {
    // A sleep that began before the end was closed may end after it.
    if (!this.#isOver) Atomics.add(this.#words, this.#ownCount + 1, count);
  }

  #listenAgain(): void {
    const { listener } = this.#wake;
    if (listener !== null) this.listen(this.#seen, listener);
  }
}
