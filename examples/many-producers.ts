/**
 * Many producers, one consumer. A ring has one writer, so every producer has a channel of its own, and the consumer waits for
 * all of them at one doorbell. No lock; each producer has its own back-pressure; one that is slow or goes away holds nobody up.
 *
 * Here 4 workers have 25 producers each, and the main thread is the consumer.
 *
 *     npm run example examples/many-producers.ts
 */
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import {
  ChannelError,
  type ChannelHandle,
  ChannelSet,
  createChannelPair,
  createDoorbell,
  openChannel,
  openDoorbell,
  Queue,
  watchWorker,
} from 'vmbus-ring';

const WORKERS = 4;
const PRODUCERS = 25;
const PACKETS = 200;

async function produce(handle: ChannelHandle, name: number): Promise<void> {
  const queue = new Queue(openChannel(handle));
  const text = new TextEncoder();
  for (let i = 0; i < PACKETS; i++) {
    // Waits where its own ring is full.
    await queue.write(text.encode(`packet ${i} of producer ${name}, and what else there is to say of it`));
  }
  // What was sent can still be read.
  queue.close();
}

async function consume(): Promise<void> {
  const doorbell = openDoorbell(createDoorbell(WORKERS * PRODUCERS));
  const set = new ChannelSet<Queue>();
  for (let i = 0; i < WORKERS; i++) {
    const worker = new Worker(new URL(import.meta.url));
    for (let k = 0; k < PRODUCERS; k++) {
      const [ours, theirs] = createChannelPair({ ringBytes: 4096, doorbells: [doorbell, null] });
      watchWorker(worker, theirs);
      worker.postMessage({ handle: theirs, name: i * PRODUCERS + k });
      const queue = new Queue(openChannel(ours, { doorbell }));
      set.add(queue, queue);
    }
    worker.postMessage(null);
  }
  let packets = 0;
  for await (const { value: queue } of set) {
    try {
      // All that is there, and its room given back at once.
      const batch = queue.tryReadBatch();
      if (batch === null) continue;
      for (const packet of batch) packets += packet.readAll().length > 0 ? 1 : 0;
      batch.commit();
    } catch (error) {
      // This one has read everything: its producer is done, or has died.
      if (!(error instanceof ChannelError)) throw error;
      if (error.code !== 'PeerClosed') console.log(`a producer was lost: ${error.message}`);
      set.delete(queue);
      queue.close();
    }
  }
  console.log(`${packets} packets of ${WORKERS * PRODUCERS} producers`);
  if (packets !== WORKERS * PRODUCERS * PACKETS) throw new Error('some were lost');
}

if (isMainThread) {
  await consume();
} else {
  const port = parentPort!;
  port.on('message', (task: { readonly handle: ChannelHandle; readonly name: number } | null) => {
    if (task === null) port.close();
    else void produce(task.handle, task.name);
  });
}
