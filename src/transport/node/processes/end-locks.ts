import { closeSync, openSync, constants } from 'node:fs';
import { lockOffset } from '../../channel-file/layout.ts';
import { isLocked, tryLock, unlock } from '../ffi/file-locks.ts';
import { futexWait } from '../ffi/futex.ts';
import { scratchMemory } from '../ffi/scratch.ts';

/** How often an end that is locked is tried, and how long to wait in between: who looks whether it is dead locks it for a moment. */
const TRIES = 10;
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
    this.#descriptor = openSync(`/proc/self/fd/${descriptor}`, constants.O_RDWR);
    this.#path = path;
  }

  /** Takes an end, until `release`, or until this process or thread has ended, in whatever way. False where somebody has it. */
  take(end: 0 | 1): boolean {
    for (let i = 0; i < TRIES; i++) {
      if (tryLock(this.#descriptor, lockOffset(end), this.#path)) return true;
      // A sleep: the upper half of the scratch memory is nobody's word.
      futexWait(scratchMemory().address + 8192, 0, TRY_INTERVAL_MS);
    }
    return false;
  }

  /**
   * Calls `then` while nobody has the end and nobody can take it, and returns true; false where somebody has it.
   */
  whileFree(end: 0 | 1, then: () => void): boolean {
    const offset = lockOffset(end);
    if (isLocked(this.#descriptor, offset) || !tryLock(this.#descriptor, offset, this.#path)) return false;
    try {
      then();
    } finally {
      unlock(this.#descriptor, offset);
    }
    return true;
  }

  /** Gives back what was taken. */
  release(): void {
    closeSync(this.#descriptor);
  }
}
