import { openSync, constants } from 'node:fs';
import { lockOffset, lookOffset } from '../../channel-file/layout.ts';
import { isLocked, tryLock, unlock } from '../ffi/file-locks.ts';
import { futexWait } from '../ffi/futex.ts';
import { scratchMemory, UNUSED_SCRATCH } from '../ffi/scratch.ts';
import { closeDescriptor } from '../mapping/close-descriptor.ts';
import { systemOf } from '../mapping/system-error.ts';

/** How long to wait for those who look whether an end is free, which takes them a moment, and how often to try. */
const PATIENCE_MS = 5000;
const TRY_INTERVAL_MS = 1;

/**
 * Who has the ends of a channel, as the kernel knows it. The locks are on a description of the file that nothing else uses: a mapping
 * made of the same one would keep them.
 */
export class EndLocks {
  readonly #descriptor: number;
  readonly #path: string;

  /** The description behind `descriptor` is opened once more: that may be closed afterwards. */
  constructor(descriptor: number, path: string) {
    this.#descriptor = systemOf(path, () => openSync(`/proc/self/fd/${descriptor}`, constants.O_RDWR));
    this.#path = path;
  }

  /** Takes an end, until `release`, or until this process or thread has ended, in whatever way. False where somebody has it. */
  take(end: 0 | 1): boolean {
    if (this.#tryLock(lockOffset(end))) return true;
    // It may be somebody who only looks: as long as nobody can look, whoever has the end has it.
    const deadline = performance.now() + PATIENCE_MS;
    while (!this.#tryLock(lookOffset(end))) {
      if (performance.now() > deadline) return false;
      // A sleep: nothing is at that part of the scratch memory, and nobody changes it.
      futexWait(scratchMemory().address + UNUSED_SCRATCH, 0, TRY_INTERVAL_MS);
    }
    try {
      return this.#tryLock(lockOffset(end));
    } finally {
      unlock(this.#descriptor, lookOffset(end));
    }
  }

  /**
   * Calls `then` while nobody has the end and nobody can take it, and returns true; false where somebody has it, or looks as well.
   */
  whileFree(end: 0 | 1, then: () => void): boolean {
    const descriptor = this.#descriptor;
    if (isLocked(descriptor, lockOffset(end), this.#path) || !this.#tryLock(lookOffset(end))) return false;
    try {
      if (!this.#tryLock(lockOffset(end))) return false;
      try {
        then();
      } finally {
        unlock(descriptor, lockOffset(end));
      }
    } finally {
      unlock(descriptor, lookOffset(end));
    }
    return true;
  }

  /** Gives back what was taken. */
  release(): void {
    closeDescriptor(this.#descriptor);
  }

  #tryLock(offset: number): boolean {
    return tryLock(this.#descriptor, offset, this.#path);
  }
}
