import type { Mover } from '../jobs/mover.ts';
import { Messages } from '../jobs/work.ts';

/**
 * The bare copy: the same bytes into shared memory and out of it, by `set`, without a ring. They go to the same place each
 * time, which stays in the cache if it fits: a harder rival than one that goes around.
 */
export class CopyMover implements Mover {
  readonly packetsEach = 1;
  readonly #messages: Messages;
  readonly #shared: Uint8Array;
  readonly #target: Uint8Array;

  constructor(payloadBytes: number) {
    this.#messages = new Messages(payloadBytes);
    this.#shared = new Uint8Array(new SharedArrayBuffer(payloadBytes));
    this.#target = new Uint8Array(payloadBytes);
  }

  move(count: number, verify: boolean): void {
    for (let i = 0; i < count; i++) {
      this.#shared.set(this.#messages.set(i));
      this.#target.set(this.#shared);
      if (verify) this.#messages.check(this.#target, i);
    }
  }
}
