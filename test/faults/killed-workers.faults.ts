// A worker ends in the midst of every kind of operation, in every way: its peer is told, what was committed comes, and nothing hangs.
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { type Channel, createChannelPair, openChannel, Queue, RequestChannel } from '../../src/index.ts';
import { messageOf, numberOf } from '../processes/programs/messages.ts';
import { chooseSeed, scaleRuns } from '../support/property.ts';
import { Xorshift } from '../support/xorshift.ts';
import { BATCH, ENDINGS, OPERATIONS, type OperatingTask } from './programs/operating.ts';

/** Of each operation and way. */
const ROUNDS = 2;

const RING_BYTES = 16_384;
const HANG_MS = 30_000;

const workers: Worker[] = [];
after(() => Promise.all(workers.map((worker) => worker.terminate())));

const codeOf = (error: unknown): string => String((error as { code?: unknown }).code);

/** Takes numbered packets until the peer is gone: how many those were. */
async function readAll(channel: Channel): Promise<number> {
  const queue = new Queue(channel);
  for (let number = 0; ; number++) {
    try {
      assert.equal(numberOf((await queue.read({ timeoutMs: HANG_MS })).readAll()), number);
    } catch (error) {
      assert.equal(codeOf(error), 'PeerDied', String(error));
      return number;
    }
  }
}

/** Sends numbered packets until the peer is gone, and is told so by a pending read as well. */
async function writeAll(channel: Channel): Promise<number> {
  const queue = new Queue(channel);
  const reading = assert.rejects(queue.read({ timeoutMs: 2 * HANG_MS }), { code: 'PeerDied' });
  for (let number = 0; ; number++) {
    try {
      await queue.write(messageOf(number), { timeoutMs: HANG_MS });
      if (number % 16 === 0) await sleep(0);
    } catch (error) {
      assert.equal(codeOf(error), 'PeerDied', String(error));
      await reading;
      return number;
    }
  }
}

/** Calls, eight at a time, until the peer is gone: all calls come to an end. */
async function callAll(channel: Channel): Promise<number> {
  const client = new RequestChannel(channel);
  let answered = 0;
  for (let number = 0; ; number += 8) {
    const calls = Array.from({ length: 8 }, (_, i) => client.call(messageOf(number + i), { timeoutMs: HANG_MS }));
    const outcomes = await Promise.allSettled(calls);
    for (const [i, outcome] of outcomes.entries()) {
      if (outcome.status === 'rejected') assert.equal(codeOf(outcome.reason), 'PeerDied', String(outcome.reason));
      else assert.equal(numberOf(outcome.value), number + i);
    }
    const came = outcomes.filter(({ status }) => status === 'fulfilled').length;
    answered += came;
    if (came < calls.length) return answered;
  }
}

/** Answers until the peer is gone. */
async function serveAll(channel: Channel): Promise<number> {
  const server = new RequestChannel(channel);
  let served = 0;
  const serving = server.serve(({ payload }) => {
    served++;
    return payload;
  });
  await assert.rejects(serving, { code: 'PeerDied' });
  return served;
}

const PEERS: Readonly<Record<OperatingTask['operation'], (channel: Channel) => Promise<number>>> = {
  write: readAll,
  writeSync: readAll,
  writeBatch: readAll,
  read: writeAll,
  readSync: writeAll,
  readBatch: writeAll,
  serve: callAll,
  call: serveAll,
};

/** What the peer counted, by what the worker had done when it ended. */
function check(operation: OperatingTask['operation'], counted: number, done: number): void {
  const what = `the peer counted ${counted}, the worker ${done}`;
  if (operation === 'writeBatch') {
    assert.equal(counted % BATCH, 0, what);
    assert.ok(counted >= done * BATCH && counted <= (done + 1) * BATCH, what);
  } else if (operation.startsWith('write')) {
    assert.ok(counted >= done && counted <= done + 1, what);
  } else if (operation === 'serve') {
    assert.ok(counted <= done, what);
  } else {
    // What was sent and not taken is in the ring; of batches, one is many packets.
    assert.ok(counted >= done, what);
  }
}

async function round(
  operation: OperatingTask['operation'],
  ending: OperatingTask['ending'],
  at: number,
): Promise<void> {
  const [ours, handle] = createChannelPair({ ringBytes: RING_BYTES });
  const done = new Int32Array(new SharedArrayBuffer(4));
  const workerData: OperatingTask = { handle, operation, ending, at, done };
  const worker = new Worker(new URL('programs/operating.ts', import.meta.url), { workerData });
  workers.push(worker);
  worker.on('error', () => {});
  const exited = new Promise((resolve) => worker.once('exit', resolve));
  const counting = PEERS[operation](openChannel(ours));
  if (ending === 'terminate') {
    const end = performance.now() + HANG_MS;
    while (Atomics.load(done, 0) < at && performance.now() < end) await sleep(0);
    await worker.terminate();
  }
  const counted = await counting;
  await exited;
  assert.ok(Atomics.load(done, 0) >= at, 'it did not get so far');
  check(operation, counted, Atomics.load(done, 0));
}

const seed = chooseSeed();

describe('a worker that ends', { concurrency: 2 }, () => {
  for (const [i, operation] of OPERATIONS.entries()) {
    for (const [j, ending] of ENDINGS.entries()) {
      it(`in the midst of ${operation}: ${ending}`, { timeout: 4 * HANG_MS }, async (t) => {
        t.diagnostic(`replay with VMBUS_RING_SEED=${seed}`);
        const random = new Xorshift(seed + 16 * i + j);
        for (let n = 0; n < scaleRuns(ROUNDS); n++) await round(operation, ending, random.below(200));
      });
    }
  }
});
