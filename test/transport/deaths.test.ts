// How the end of a thread is noticed. The whole table of ways and survivors is `test/stress/deaths.stress.ts`.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { Worker } from 'node:worker_threads';
import { createChannelPair, openChannel, Queue, watchWorker } from '../../src/index.ts';
import { canNotice, Dying, SURVIVORS, timeToNotice } from './dying-threads.ts';
import { isTerminated, WAYS_TO_DIE } from './workers/dying.ts';

/** A look every 500 ms, and a second for a machine that is busy. */
const LIMIT_MS = 1500;

const RING_BYTES = 4096;

describe('the end of a thread', { concurrency: 3 }, () => {
  for (const [i, way] of WAYS_TO_DIE.entries()) {
    const survivor = SURVIVORS[[0, 2, 3][i % 3]!]!;
    it(`${way}: seen by ${survivor}`, async () => {
      const elapsedMs = await timeToNotice(survivor, way);
      assert.ok(elapsedMs < LIMIT_MS, `after ${elapsedMs} ms`);
    });
  }

  it('is not what a worker that is busy for 3 s has come to', async () => {
    const [ours, theirs] = createChannelPair({ ringBytes: RING_BYTES });
    const queue = new Queue(openChannel(ours));
    const dying = new Dying(theirs, 'terminated while it is busy');
    await dying.isThere();
    await queue.read();
    await assert.rejects(queue.read({ timeoutMs: 3000 }), { code: 'TimedOut' });
    assert.equal(queue.inspect().peerState, 'open');
    dying.die();
    // By short waits as well, and by none: those see what the others found.
    await assert.rejects(
      async () => {
        for (;;)
          await queue.read({ timeoutMs: 5 }).catch((error: { code: string }) => assert.equal(error.code, 'TimedOut'));
      },
      { name: 'AssertionError', actual: 'PeerDied' },
    );
    assert.throws(() => queue.tryRead(), { code: 'PeerDied' });
    queue.close();
  });

  it('is seen at once with watchWorker, however many channels there are, also after it has ended', async () => {
    const pairs = Array.from({ length: 20 }, () => createChannelPair({ ringBytes: RING_BYTES }));
    const queues = pairs.map(([ours]) => new Queue(openChannel(ours)));
    const worker = new Worker('', { eval: true });
    for (const [, theirs] of pairs.slice(1)) watchWorker(worker, theirs);
    assert.equal(worker.listenerCount('exit'), 1);
    for (const queue of queues.slice(1)) await assert.rejects(queue.read(), { code: 'PeerDied' });
    const hasEnded = watchWorker(worker, pairs[0]![1]);
    // Deno's workers do not say that they have ended: whoever knows says it for them.
    if (worker.threadId !== -1) hasEnded();
    assert.throws(() => queues[0]!.tryRead(), { code: 'PeerDied' });
    for (const queue of queues) queue.close();
  });

  it('by itself is shown by the thread before it is gone, to those as well that do not wait', async () => {
    for (const way of WAYS_TO_DIE.filter((each) => !isTerminated(each) && each !== 'never opened')) {
      const [ours, theirs] = createChannelPair({ ringBytes: RING_BYTES });
      const channel = openChannel(ours);
      const dying = new Dying(theirs, way);
      await dying.isThere();
      // Not `once`: that rejects with the error.
      const exit = new Promise((resolve) => dying.worker.once('exit', resolve));
      dying.die();
      await exit;
      assert.equal(channel.signal.peerState, 'died', way);
      channel.close();
    }
  });

  it('after it has closed its end is nothing special', async () => {
    const [ours, theirs] = createChannelPair({ ringBytes: RING_BYTES });
    const queue = new Queue(openChannel(ours));
    const reading = assert.rejects(queue.read(), { code: 'PeerClosed' });
    openChannel(theirs).close();
    const worker = new Worker('', { eval: true });
    watchWorker(worker, theirs);
    await once(worker, 'exit');
    await reading;
    assert.equal(queue.inspect().peerState, 'closed');
    queue.close();
  });
});

describe('the end of a thread, seen by the main thread, which blocks', () => {
  for (const way of WAYS_TO_DIE) {
    if (!canNotice('the main thread, which blocks', way)) continue;
    it(way, async () => {
      const elapsedMs = await timeToNotice('the main thread, which blocks', way);
      assert.ok(elapsedMs < LIMIT_MS, `after ${elapsedMs} ms`);
    });
  }
});
