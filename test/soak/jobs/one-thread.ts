import assert from 'node:assert/strict';
import {
  ChannelSet,
  connectedBytePipes,
  connectedChannels,
  connectedMessagePipes,
  createChannelPair,
  openChannel,
  Queue,
  RequestChannel,
} from '../../../src/index.ts';
import { messageOf, numberOf } from '../../processes/programs/messages.ts';
import type { Xorshift } from '../../support/xorshift.ts';
import type { Job } from '../job.ts';

const ringBytes = 8192;

async function requests(random: Xorshift): Promise<number> {
  const [client, server] = connectedChannels({ ringBytes }).map((channel) => new RequestChannel(channel));
  const served = server!.serve(({ payload }) => payload);
  const calls = 1 + random.below(200);
  for (let number = 0; number < calls; number += 4) {
    const answers = Array.from({ length: 4 }, (_, i) => client!.call(messageOf(number + i)));
    for (const [i, answer] of (await Promise.all(answers)).entries()) assert.equal(numberOf(answer), number + i);
    const abort = new AbortController();
    const aborted = client!.call(messageOf(number), { signal: abort.signal });
    abort.abort();
    await assert.rejects(aborted, { name: 'AbortError' });
  }
  client!.close();
  await served;
  server!.close();
  return calls;
}

async function streams(random: Xorshift): Promise<number> {
  const [first, second] = connectedBytePipes({ ringBytes });
  const bytes = random.bytes(10_000 + random.below(200_000));
  const copied = new Response(second.readable).bytes();
  await new Blob([bytes]).stream().pipeTo(first.writable);
  assert.equal(Buffer.compare(await copied, bytes), 0);
  first.close();
  second.close();
  return Math.ceil(bytes.length / 1000);
}

async function messages(random: Xorshift): Promise<number> {
  const [first, second] = connectedMessagePipes({ ringBytes });
  const count = 1 + random.below(500);
  const sending = (async (): Promise<void> => {
    for (let number = 0; number < count; number++) await first.send(messageOf(number));
    first.close();
  })();
  let received = 0;
  for await (const message of second) assert.equal(numberOf(message), received++);
  assert.equal(received, count);
  await sending;
  second.close();
  return count;
}

/** Channels between threads whose ends this one has, read through a set that they come to and leave. */
async function sets(random: Xorshift): Promise<number> {
  const set = new ChannelSet<{ queue: Queue; next: number }>();
  const producers = Array.from({ length: 1 + random.below(8) }, () => {
    const [ours, theirs] = createChannelPair({ ringBytes });
    const queue = new Queue(openChannel(ours));
    set.add(queue, { queue, next: 0 });
    return new Queue(openChannel(theirs));
  });
  const count = random.below(60);
  const sending = producers.map(async (producer) => {
    for (let number = 0; number < count; number++) await producer.write(messageOf(number));
    producer.close();
  });
  let packets = 0;
  for (let open = producers.length; open > 0;) {
    for (const { value } of await set.wait()) {
      const { queue } = value;
      const isOver = !takeAll(queue, (number) => {
        packets++;
        assert.equal(number, value.next++);
      });
      if (!isOver) continue;
      assert.equal(value.next, count);
      set.delete(queue);
      queue.close();
      open--;
    }
  }
  await Promise.all(sending);
  return packets;
}

/** False where the peer has closed its end. */
function takeAll(queue: Queue, take: (number: number) => void): boolean {
  try {
    for (let packet = queue.tryRead(); packet !== null; packet = queue.tryRead()) take(numberOf(packet.readAll()));
    return true;
  } catch (error) {
    assert.equal((error as { code?: string }).code, 'PeerClosed');
    return false;
  }
}

/** What one thread does with itself. */
export const inOneThread: readonly Job[] = [
  { name: 'requests', round: requests },
  { name: 'streams', round: streams },
  { name: 'messages', round: messages },
  { name: 'sets', round: sets },
];
