import {
  ChannelSet,
  connectedQueues,
  createChannelPair,
  createDoorbell,
  openChannel,
  openDoorbell,
  Queue,
} from '../../src/index.ts';
import { assertError, deepEqual, equal, fail, rejects } from './assert.ts';
import { numberedPayload, padded } from './bytes.ts';
import type { Suite } from './suite.ts';

const RING_BYTES = 4096;
const CHANNELS = 40;
const PACKETS = 50;
const PAYLOAD_BYTES = 200;

/** The two ends of a channel: who writes, and who reads. */
type Line = readonly [producer: Queue, consumer: Queue];

function connectedLines(count: number): Line[] {
  return Array.from({ length: count }, () => connectedQueues({ ringBytes: RING_BYTES }));
}

/** Channels through shared memory whose consumers all wait at one doorbell. */
function doorbellLines(count: number): Line[] {
  const doorbell = openDoorbell(createDoorbell(count));
  return Array.from({ length: count }, () => {
    const [ours, theirs] = createChannelPair({ ringBytes: RING_BYTES, doorbells: [doorbell, null] });
    return [new Queue(openChannel(theirs)), new Queue(openChannel(ours, { doorbell }))];
  });
}

/** More than its ring holds, and then the end. */
async function produce(producer: Queue): Promise<void> {
  for (let i = 0; i < PACKETS; i++) await producer.write(numberedPayload(i, PAYLOAD_BYTES));
  producer.close();
}

/** Takes what there is, which must be what comes next; returns how many packets that was. */
function take(consumer: Queue, from: number): number {
  const batch = consumer.tryReadBatch();
  if (batch === null) return 0;
  let count = 0;
  for (const packet of batch) deepEqual(packet.readAll(), padded(numberedPayload(from + count++, PAYLOAD_BYTES)));
  batch.commit();
  return count;
}

/** All lines send at once, and one set waits for all. */
async function consumeAll(lines: readonly Line[]): Promise<void> {
  const set = new ChannelSet<number>();
  for (const [n, [, consumer]] of lines.entries()) set.add(consumer, n);
  const producing = lines.map(([producer]) => produce(producer));
  const received = new Uint32Array(lines.length);
  for await (const { value: n } of set) {
    const [, consumer] = lines[n] ?? fail(`channel ${n} is not there`);
    try {
      received[n]! += take(consumer, received[n]!);
    } catch (error) {
      assertError(error, { name: 'ChannelError', code: 'PeerClosed' });
      set.delete(consumer);
      consumer.close();
    }
  }
  await Promise.all(producing);
  deepEqual(received, new Uint32Array(lines.length).fill(PACKETS));
}

/** One wait over many channels, within one thread. */
export const setSuite: Suite = {
  name: 'sets',
  define(test) {
    const kinds: (readonly [string, (count: number) => Line[]])[] = [['connected queues', connectedLines]];
    // Pages that are not isolated have none.
    if (typeof SharedArrayBuffer !== 'undefined') kinds.push(['channels with one doorbell', doorbellLines]);

    for (const [name, connect] of kinds) {
      test(`${CHANNELS} ${name}: all that is sent is received, in order`, () => consumeAll(connect(CHANNELS)));

      test(`${name}: a pending wait is woken by a packet, and by a peer that closes`, async () => {
        const lines = connect(3);
        const set = new ChannelSet<number>();
        for (const [n, [, consumer]] of lines.entries()) set.add(consumer, n);
        await rejects(set.wait({ timeoutMs: 1 }), { name: 'ChannelError', code: 'TimedOut' });
        for (const n of [2, 0, 2]) {
          const waiting = set.wait();
          lines[n]![0].tryWrite(numberedPayload(n, PAYLOAD_BYTES));
          const ready = await waiting;
          deepEqual(
            ready.map(({ value }) => value),
            [n],
          );
          equal(take(lines[n]![1], n), 1);
        }
        const waiting = set.wait();
        lines[1]![0].close();
        deepEqual(
          (await waiting).map(({ value, channel }) => [value, channel.signal.peerState]),
          [[1, 'closed']],
        );
        for (const queue of lines.flat()) queue.close();
      });

      test(`${name}: an aborted wait takes nothing`, async () => {
        const [[producer, consumer]] = connect(1) as [Line];
        const set = new ChannelSet().add(consumer);
        const controller = new AbortController();
        const waiting = set.wait({ signal: controller.signal });
        controller.abort();
        producer.tryWrite(Uint8Array.of(1));
        await rejects(waiting, { name: 'AbortError' });
        equal((await set.wait()).length, 1);
        set.clear();
        for (const queue of [producer, consumer]) queue.close();
      });
    }

    test('waits that always find something let the event loop turn', async () => {
      const [[producer, consumer]] = connectedLines(1) as [Line];
      const set = new ChannelSet().add(consumer);
      let isTurned = false;
      setTimeout(() => (isTurned = true), 0);
      for (let i = 0; ; i++) {
        if (isTurned) break;
        if (i === 1_000_000) fail('no timer has run');
        producer.tryWrite(numberedPayload(i, PAYLOAD_BYTES));
        await set.wait();
        equal(take(consumer, i), 1);
      }
      set.clear();
    });
  },
};
