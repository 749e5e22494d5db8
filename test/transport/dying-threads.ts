import assert from 'node:assert/strict';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { type ChannelHandle, createChannelPair, openChannel, Queue, watchWorker } from '../../src/index.ts';
import { type DyingTask, isTerminated, type WayToDie } from './workers/dying.ts';
import type { Obituary, SurvivingTask } from './workers/surviving.ts';

const RING_BYTES = 4096;

/** A lease begins when the thread that renews it has started. */
const LEASE_BEGINS_MS = 1000;

/** A worker that is about to end. */
export class Dying {
  readonly worker: Worker;
  readonly #way: WayToDie;
  readonly #gate: Int32Array = new Int32Array(new SharedArrayBuffer(4));

  constructor(handle: ChannelHandle, way: WayToDie, byLease = false) {
    const workerData: DyingTask = { handle, way, gate: this.#gate, byLease };
    this.#way = way;
    this.worker = new Worker(new URL('./workers/dying.ts', import.meta.url), { workerData });
    this.worker.on('error', () => {});
    if (way === 'never opened') watchWorker(this.worker, handle);
  }

  /** Resolved when its end is open. */
  async isThere(): Promise<void> {
    const wait = Atomics.waitAsync(this.#gate, 0, 0);
    if (wait.async) await wait.value;
  }

  /** Now it ends. Returns when that was, by `Date.now`. */
  die(): number {
    const atMs = Date.now();
    Atomics.store(this.#gate, 0, 2);
    Atomics.notify(this.#gate, 0);
    if (isTerminated(this.#way)) void this.worker.terminate();
    return atMs;
  }
}

/** What another worker finds. */
async function obituary(handle: ChannelHandle, blocking: boolean, byLease: boolean): Promise<Obituary> {
  const workerData: SurvivingTask = { handle, blocking, survivor: true, byLease };
  const worker = new Worker(new URL('./workers/surviving.ts', import.meta.url), { workerData });
  const [found] = (await once(worker, 'message')) as [Obituary];
  return found;
}

/** Who is to notice. */
export const SURVIVORS = [
  'the main thread, which waits',
  'the main thread, which blocks',
  'a worker, which waits',
  'a worker, which blocks',
] as const;

export type Survivor = (typeof SURVIVORS)[number];

/** Whether somebody can notice at all: the main thread hears of the exit event of a worker only when it has a turn. */
export function canNotice(survivor: Survivor, way: WayToDie): boolean {
  return way !== 'never opened' || survivor !== 'the main thread, which blocks';
}

/**
 * Has a worker end in some way, and checks that the survivor reads what it had sent, and then that it has died. Returns milliseconds
 * until then. `byLease`: by the lease alone.
 */
export async function timeToNotice(survivor: Survivor, way: WayToDie, byLease = false): Promise<number> {
  const [ours, theirs] = createChannelPair({ ringBytes: RING_BYTES });
  const dying = new Dying(theirs, way, byLease);
  try {
    if (survivor.startsWith('a worker')) {
      const found = obituary(ours, survivor.endsWith('blocks'), byLease);
      await dying.isThere();
      if (byLease) await sleep(LEASE_BEGINS_MS);
      const atMs = dying.die();
      const { packets, code, atMs: foundMs } = await found;
      assert.deepEqual({ packets, code }, { packets: way === 'never opened' ? [] : ['the last'], code: 'PeerDied' });
      return foundMs - atMs;
    }
    const queue = new Queue(openChannel(ours));
    await dying.isThere();
    if (way !== 'never opened') assert.equal(new TextDecoder().decode(queue.readSync().readAll()), 'the last');
    if (byLease) await sleep(LEASE_BEGINS_MS);
    const reading = survivor.endsWith('blocks') ? null : assert.rejects(queue.read(), { code: 'PeerDied' });
    const atMs = dying.die();
    if (reading === null) assert.throws(() => queue.readSync(), { code: 'PeerDied' });
    else await reading;
    const elapsedMs = Date.now() - atMs;
    assert.throws(() => queue.tryWrite(Uint8Array.of(1)), { code: 'PeerDied' });
    queue.close();
    return elapsedMs;
  } finally {
    await dying.worker.terminate();
  }
}
