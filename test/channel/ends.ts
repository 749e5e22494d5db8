import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { ChannelError, type ChannelErrorCode, type Queue, VmbusRingError } from '../../src/index.ts';
import type { VmbusRingErrorCode } from '../../src/index.ts';

/** Where the control words lie. */
const WORDS = { in: 0, out: 1, mask: 2, pending: 3, features: 16 } as const;

/** The control words of a ring, to be read and to be spoilt. */
export class Words {
  readonly #words: Int32Array;

  /** Of the ring that `queue` writes, or of the one that it reads. */
  constructor(queue: Queue, ring: 'outgoing' | 'incoming') {
    this.#words = queue.channel[ring].mem().control();
  }

  get(word: keyof typeof WORDS): number {
    return Atomics.load(this.#words, WORDS[word]) >>> 0;
  }

  set(word: keyof typeof WORDS, value: number): void {
    Atomics.store(this.#words, WORDS[word], value);
  }
}

/** What has become of `promise`, once all that was due at once is done. */
export async function outcome(promise: Promise<unknown>): Promise<'pending' | 'fulfilled' | 'rejected'> {
  let state: 'pending' | 'fulfilled' | 'rejected' = 'pending';
  promise.then(
    () => (state = 'fulfilled'),
    () => (state = 'rejected'),
  );
  await turn();
  return state;
}

/** `run` has to throw, or what it returns to reject with, a ChannelError of this code. */
export async function assertChannelError(code: ChannelErrorCode, run: () => unknown, what = ''): Promise<void> {
  const error = await thrownBy(run, what);
  assert.ok(error instanceof ChannelError, `${what}: expected ${code}, got ${String(error)}`);
  assert.equal(error.code, code, what);
}

/** The same with a VmbusRingError, which is returned. */
export async function assertRingFailure(code: VmbusRingErrorCode, run: () => unknown): Promise<VmbusRingError> {
  const error = await thrownBy(run, code);
  assert.ok(error instanceof VmbusRingError, `expected ${code}, got ${String(error)}`);
  assert.equal(error.code, code);
  return error;
}

/** What `run` throws, or rejects with. */
export async function thrownBy(run: () => unknown, what = ''): Promise<unknown> {
  try {
    await run();
  } catch (error) {
    return error;
  }
  assert.fail(`nothing was thrown ${what}`);
}

/** The writer of `queue` wants nothing of the ring any more, and nobody stands in line. */
export function assertNothingAsked(queue: Queue, what = ''): void {
  const { outgoing } = queue.inspect();
  assert.equal(outgoing.control.pendingSendSize, 0, `${what}: the pending send size`);
  assert.equal(outgoing.offset['nextIn'], outgoing.offset['committedIn'], `${what}: something is not published`);
}
