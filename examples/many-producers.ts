/**
 * Many producers, one consumer. A ring has one writer, so every producer has a channel of its own, and the consumer waits for
 * all of them at once. No lock; each producer has its own back-pressure; one that is slow or goes away holds nobody up.
 *
 *     npm run example examples/many-producers.ts
 */
import { ChannelError, ChannelSet, connectedQueues, type Queue } from 'vmbus-ring';

const PRODUCERS = 100;
const PACKETS = 50;

const set = new ChannelSet<Queue>();
const producers: Queue[] = [];
for (let n = 0; n < PRODUCERS; n++) {
  const [producer, consumer] = connectedQueues({ ringBytes: 4096 });
  set.add(consumer, consumer);
  producers.push(producer);
}

async function produce(queue: Queue, name: number): Promise<void> {
  const text = new TextEncoder();
  for (let i = 0; i < PACKETS; i++) {
    // Waits where its own ring is full.
    await queue.write(text.encode(`packet ${i} of producer ${name}, and what else there is to say of it`));
  }
  queue.close();
}
const producing = Promise.all(producers.map(produce));

let packets = 0;
for await (const { value: queue } of set) {
  try {
    // All that is there, and its room given back at once.
    const batch = queue.tryReadBatch();
    if (batch === null) continue;
    for (const packet of batch) packets += packet.readAll().length > 0 ? 1 : 0;
    batch.commit();
  } catch (error) {
    // This one has read everything: its producer is done.
    if (!(error instanceof ChannelError)) throw error;
    set.delete(queue);
  }
}
await producing;
console.log(`${packets} packets of ${PRODUCERS} producers`);
if (packets !== PRODUCERS * PACKETS) throw new Error('some were lost');
