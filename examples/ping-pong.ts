/**
 * Ping and pong between the main thread and a worker: first both wait asynchronously, then both block.
 *
 *     npm run example examples/ping-pong.ts
 */
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { type ChannelHandle, createChannelPair, openChannel, Queue, watchWorker } from 'vmbus-ring';

const ROUNDS = 5000;

interface Start {
  readonly channel: ChannelHandle;
  readonly blocking: boolean;
}

async function ping(queue: Queue, blocking: boolean): Promise<void> {
  const ball = new Uint8Array(8);
  const back = new Uint8Array(8);
  const words = new Uint32Array(ball.buffer);
  for (let i = 0; i < ROUNDS; i++) {
    words[0] = i;
    if (blocking) queue.writeSync(ball);
    else await queue.write(ball);
    const packet = blocking ? queue.readSync() : await queue.read();
    packet.readInto(back);
    if (Buffer.compare(ball, back) !== 0) throw new Error(`ball ${i} came back as another one`);
  }
}

/** Sends everything back until the peer closes. */
async function pong(queue: Queue): Promise<void> {
  for await (const packet of queue) await queue.write(packet.readAll());
}

function blockingPong(queue: Queue): void {
  for (let i = 0; i < ROUNDS; i++) {
    const ball = queue.readSync().readAll();
    queue.writeSync(ball);
  }
}

if (isMainThread) {
  for (const blocking of [false, true]) {
    const [ours, theirs] = createChannelPair({ ringBytes: 4096 });
    const worker = new Worker(new URL(import.meta.url));
    watchWorker(worker, theirs);
    worker.postMessage({ channel: theirs, blocking } satisfies Start);
    using queue = new Queue(openChannel(ours));
    await ping(queue, false);
    const began = performance.now();
    if (blocking) await ping(queue, true);
    else await ping(queue, false);
    const us = ((performance.now() - began) / ROUNDS) * 1000;
    console.log(`${blocking ? 'blocking' : 'asynchronous'}: ${us.toFixed(1)} us a round trip`);
    await worker.terminate();
  }
} else {
  parentPort?.once('message', ({ channel, blocking }: Start) => {
    const queue = new Queue(openChannel(channel));
    if (!blocking) return void pong(queue);
    blockingPong(queue);
    blockingPong(queue);
  });
}
