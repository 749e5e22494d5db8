/**
 * Requests to a worker, many in flight, answered in whatever order they are done in. One is given up when its time is over.
 *
 *     npm run example examples/request-response.ts
 */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import {
  ChannelError,
  type ChannelHandle,
  createChannelPair,
  openChannel,
  RequestChannel,
  watchWorker,
} from 'vmbus-ring';

const REQUESTS = 2000;

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

/** What the worker does: hashes; what is empty takes long. */
async function serve(handle: ChannelHandle): Promise<void> {
  const requests = new RequestChannel(openChannel(handle));
  await requests.serve(
    async ({ payload }) => {
      if (payload.length === 0) await sleep(100);
      return sha256(payload);
    },
    { concurrency: 32 },
  );
}

async function main(): Promise<void> {
  const [ours, theirs] = createChannelPair({ ringBytes: 65536 });
  const worker = new Worker(new URL(import.meta.url));
  watchWorker(worker, theirs);
  worker.postMessage(theirs);

  const late: (bigint | null)[] = [];
  const requests = new RequestChannel(openChannel(ours), {
    onUnexpected: ({ transactionId }) => late.push(transactionId),
  });
  const slow = requests.call(new Uint8Array(0), { timeoutMs: 20 }).catch((error: unknown) => error);
  const began = performance.now();
  const payloads = Array.from({ length: REQUESTS }, (_, i) => new Uint8Array(i % 500 || 1).fill(i));
  const answers = await Promise.all(payloads.map((payload) => requests.call(payload)));
  const ms = performance.now() - began;
  for (const [i, answer] of answers.entries()) {
    if (Buffer.compare(answer, sha256(payloads[i]!)) !== 0) throw new Error(`answer ${i} belongs to another request`);
  }
  const reason = await slow;
  if (!(reason instanceof ChannelError) || reason.code !== 'TimedOut')
    throw new Error('that should have taken too long');
  while (late.length === 0) await sleep(10);
  console.log(`${REQUESTS} answers in ${ms.toFixed(0)} ms; the one to ${late.join()} came when nobody waited any more`);
  requests.close();
}

if (isMainThread) await main();
else parentPort?.once('message', (handle: ChannelHandle) => void serve(handle));
