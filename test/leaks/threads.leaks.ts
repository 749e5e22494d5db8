// Channels between threads, opened and closed over and over.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, it } from 'node:test';
import { Worker } from 'node:worker_threads';
import {
  type ChannelHandle,
  createChannelPair,
  createDoorbell,
  MessagePipe,
  openChannel,
  openDoorbell,
  Queue,
  watchWorker,
} from '../../src/index.ts';
import { exchangeAndClose } from '../support/queue-pairs.ts';
import { checkFlat } from './measure.ts';

const RING_BYTES = 4096;

/** Each memory takes 8 GiB of addresses, and the last ones may still be held by what is on a stack. */
const bounds = { addressSpaceMiB: 8 * 8192 };

/** The echo, and whoever is to leave. */
const workers: Worker[] = [];
after(() => Promise.all(workers.map((worker) => worker.terminate())));

it('pairs whose ends one thread has', (t) =>
  checkFlat(
    t,
    () => {
      const [first, second] = createChannelPair({ ringBytes: RING_BYTES });
      return exchangeAndClose(new Queue(openChannel(first)), new Queue(openChannel(second)));
    },
    { bounds },
  ));

it('pairs of which one end is closed, and pairs that nobody opens', (t) =>
  checkFlat(
    t,
    () => {
      createChannelPair({ ringBytes: RING_BYTES });
      const [first] = createChannelPair({ ringBytes: RING_BYTES });
      new Queue(openChannel(first)).close();
    },
    { bounds },
  ));

it('pairs that share a doorbell', (t) => {
  const doorbell = openDoorbell(createDoorbell(4));
  return checkFlat(
    t,
    () => {
      const [first, second] = createChannelPair({ ringBytes: RING_BYTES, doorbells: [doorbell, null] });
      return exchangeAndClose(new Queue(openChannel(first, { doorbell })), new Queue(openChannel(second)));
    },
    { bounds },
  );
});

it('pairs of which a worker has one end', async (t) => {
  const worker = new Worker(new URL('programs/echo.ts', import.meta.url));
  workers[0] = worker;
  const settle = async (): Promise<void> => {
    worker.postMessage('collect');
    const [open] = (await once(worker, 'message')) as [number];
    assert.equal(open, 0);
  };
  await checkFlat(
    t,
    async () => {
      const [ours, theirs] = createChannelPair({ ringBytes: RING_BYTES });
      watchWorker(worker, theirs);
      worker.postMessage(theirs);
      const pipe = new MessagePipe(openChannel(ours));
      await pipe.send(Uint8Array.of(5));
      assert.deepEqual([...(await pipe.receive())], [5]);
      pipe.close();
    },
    { settle, bounds },
  );
  await worker.terminate();
});

it('workers that end, with a channel each, in every way', async (t) => {
  const ways = ['close', 'exit', 'throw', 'terminate'] as const;
  await checkFlat(
    t,
    async (number) => {
      const way = ways[number % ways.length]!;
      const [ours, theirs]: readonly [ChannelHandle, ChannelHandle] = createChannelPair({ ringBytes: RING_BYTES });
      const worker = new Worker(new URL('programs/leaver.ts', import.meta.url), {
        workerData: { handle: theirs, way },
      });
      workers[1] = worker;
      worker.on('error', () => {});
      watchWorker(worker, theirs);
      const queue = new Queue(openChannel(ours));
      assert.equal((await queue.read()).readAll()[0], 3);
      const ended = new Promise((resolve) => worker.once('exit', resolve));
      const outcome = assert.rejects(queue.read(), { code: way === 'close' ? 'PeerClosed' : 'PeerDied' });
      if (way === 'terminate') void worker.terminate();
      else worker.postMessage('end');
      await outcome;
      await ended;
      queue.close();
    },
    { share: 1 / 100, bounds },
  );
});
