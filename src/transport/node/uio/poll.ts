import { closeSync, readSync, writeSync } from 'node:fs';
import { type NativeCalls, nativeCalls, type SyscallArguments } from '../ffi/native-calls.ts';
import { maySleepInPool } from '../ffi/sleep-limits.ts';
import { SYSCALL } from '../ffi/syscall-numbers.ts';
import { systemCall } from '../ffi/system-call.ts';
import { givePollSlot, type PollSlot, takePollSlot } from './poll-slots.ts';

const EVENTFD2 = process.arch === 'x64' ? 290 : 19;
const EFD_CLOEXEC_NONBLOCK = 0o2004000;
const POLLIN = 1;
const SIGNAL_SET_BYTES = 8;

/** How often is asked where native code cannot be called without blocking, or refuses to be. */
const RETRY_MS = 1;

/**
 * Waits for a descriptor to become readable.
 *
 * Not by an asynchronous read: one that is never answered cannot be taken back, keeps the descriptor open, and holds up even
 * `process.exit`, which waits for the threads of the pool. A poll has a time limit and can be woken.
 */
export class Poll {
  readonly #descriptor: number;
  readonly #calls: NativeCalls;
  readonly #async: PollSlot;
  readonly #sync: PollSlot;
  /** An eventfd: readable from a `wake` on. */
  readonly #waker: number;
  #finish: (() => void) | null = null;

  constructor(descriptor: number, calls: NativeCalls = nativeCalls()) {
    this.#descriptor = descriptor;
    this.#calls = calls;
    this.#waker = systemCall('eventfd', null, EVENTFD2, 0, EFD_CLOEXEC_NONBLOCK);
    this.#async = takePollSlot();
    this.#sync = takePollSlot();
  }

  /** Calls `done`, never from within, when there may be something to read, after `timeoutMs`, or after `wake`. One at a time. */
  wait(timeoutMs: number, done: () => void): void {
    if (this.#finish !== null) throw new TypeError('somebody waits already');
    const { syscallAsync } = this.#calls;
    if (syscallAsync === null || !maySleepInPool()) {
      this.#retryLater(done);
      return;
    }
    this.#finish = () => {
      this.#finish = null;
      this.#drain();
      done();
    };
    void syscallAsync(SYSCALL.ppoll, this.#arguments(this.#async, 2, timeoutMs)).then((result) => {
      if (result >= 0) this.#finish?.();
      else setTimeout(() => this.#finish?.(), RETRY_MS);
    });
  }

  /** Ends the wait that is under way. */
  wake(): void {
    if (this.#finish !== null) writeSync(this.#waker, new Uint8Array(BigUint64Array.of(1n).buffer));
  }

  /** Blocks until there may be something to read, for `timeoutMs` at most. True if there is; false where a signal handler is due, too. */
  waitSync(timeoutMs: number): boolean {
    return this.#calls.syscall(SYSCALL.ppoll, this.#arguments(this.#sync, 1, timeoutMs)) > 0;
  }

  /** After the last `done`. */
  close(): void {
    closeSync(this.#waker);
    givePollSlot(this.#async);
    givePollSlot(this.#sync);
  }

  #arguments({ address, view }: PollSlot, descriptors: 1 | 2, timeoutMs: number): SyscallArguments {
    for (const [i, descriptor] of [this.#descriptor, this.#waker].entries()) {
      view.setInt32(8 * i, descriptor, true);
      view.setInt32(8 * i + 4, POLLIN, true);
    }
    const ms = Math.ceil(timeoutMs);
    view.setBigInt64(16, BigInt(Math.floor(ms / 1000)), true);
    view.setBigInt64(24, BigInt((ms % 1000) * 1_000_000), true);
    return [address, descriptors, address + 16, 0, SIGNAL_SET_BYTES, 0];
  }

  #retryLater(done: () => void): void {
    this.#finish = () => {};
    setTimeout(() => {
      this.#finish = null;
      done();
    }, RETRY_MS);
  }

  #drain(): void {
    try {
      readSync(this.#waker, new Uint8Array(8));
    } catch {
      // Nobody has called.
    }
  }
}
