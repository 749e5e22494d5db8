import assert from 'node:assert/strict';
import { setImmediate as takeTurn } from 'node:timers/promises';
import { type Channel, type ChannelHandle, Queue } from '../../src/index.ts';

/** What a worker is told. */
export interface CloserTask {
  readonly handle: ChannelHandle;
  readonly words: Int32Array;
  readonly turns: number;
}

/** Up to this many turns late. */
export const MAXIMUM_TURNS = 400;

/** Waits that are pending when an end is closed, and what they ended with. */
export class PendingWaits {
  readonly queue: Queue;
  readonly #outcomes: Promise<string>[];

  /** A read, writes that the full ring holds up, and a look for room. */
  constructor(channel: Channel) {
    const queue = new Queue(channel);
    this.queue = queue;
    while (queue.tryWrite(new Uint8Array(1000))) continue;
    const large = new Uint8Array(3000);
    const waits = [
      this.#readAll(),
      queue.write(large),
      queue.waitReady(3000),
      queue.write(large, { timeoutMs: 60_000 }),
    ];
    this.#outcomes = waits.map((wait) =>
      wait.then(
        () => 'done',
        (error: { code?: string }) => error.code ?? 'an error without a code',
      ),
    );
  }

  async #readAll(): Promise<void> {
    for (;;) (await this.queue.read()).release();
  }

  /** Codes of all of them. This end is closed by then, and nobody has died. */
  async settled(): Promise<string[]> {
    const outcomes = await Promise.all(this.#outcomes);
    const { state, peerState } = this.queue.inspect();
    assert.equal(state, 'closed');
    assert.notEqual(peerState, 'died');
    return outcomes;
  }
}

/** Throws unless each wait ended as docs/threads.md says: by its own end's closing or by the peer's, or with what it waited for. */
export function checkOutcomes([read, ...writes]: readonly string[], what: string): void {
  assert.ok(read === 'Closed' || read === 'PeerClosed', `${what}: the read ended with ${read}`);
  for (const write of writes) {
    assert.ok(write === 'Closed' || write === 'PeerClosed' || write === 'done', `${what}: a write ended with ${write}`);
  }
}

/** Where two threads or processes meet, the word at `at` says: 0 nobody, 1 one is ready, 2 go, and 3 one has closed its end. Spins until then. */
export function spinUntil(words: Int32Array, at: number, wanted: number): void {
  const end = performance.now() + 30_000;
  while (Atomics.load(words, at) < wanted) if (performance.now() > end) throw new Error('the other one does not come');
}

/** A moment that passes by itself; now and then what has come meanwhile is heard of in it. */
export async function dawdle(turns: number): Promise<void> {
  for (let i = 0; i < turns; i++) Math.random();
  if (turns % 3 === 0) await takeTurn();
}
