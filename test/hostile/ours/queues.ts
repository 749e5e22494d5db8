import assert from 'node:assert/strict';
import { IncomingPacket, OutgoingPacketType, PagedRange, Queue } from '../../../src/index.ts';
import { lookAtPacket } from './look.ts';
import { openOurs } from './open.ts';
import { ABORTED, isOver, type OurRings, type OurSide, WAIT_MS } from './side.ts';

type Act = (side: OurSide, queue: Queue, target: Uint8Array) => Promise<unknown>;

const packet = new IncomingPacket();

const ITERATION_MS = 50;

const READS: readonly Act[] = [
  async (side, queue, target) => {
    const found = await side.does('Queue.tryRead', () => queue.tryRead());
    if (found === undefined || found === null) return;
    await lookAtPacket(side, found, target);
    await side.does('PacketRef.release', () => (side.random.below(4) === 0 ? found.revert() : found.release()));
  },
  async (side, queue, target) => {
    const found = await side.does('Queue.read', () => queue.read({ timeoutMs: WAIT_MS }));
    if (found !== undefined) await lookAtPacket(side, found, target);
  },
  async (side, queue, target) => {
    const found = await side.does('Queue.readSync', () => queue.readSync(WAIT_MS));
    if (found !== undefined) await lookAtPacket(side, found, target);
  },
  async (side, queue, target) => {
    const length = await side.does('Queue.tryReadInto', () => queue.tryReadInto(target, packet));
    if (length !== undefined && length >= 0) side.accept(target.slice(0, length), target.length, 'tryReadInto');
  },
  async (side, queue, target) => {
    const length = await side.does('Queue.readInto', () => queue.readInto(target, packet, { timeoutMs: WAIT_MS }));
    if (length !== undefined) side.accept(target.slice(0, length), target.length, 'readInto');
  },
  async (side, queue, target) => {
    const batch = await side.does('Queue.readBatch', () => queue.readBatch({ timeoutMs: WAIT_MS }));
    if (batch === undefined) return;
    let packets = 0;
    for (;;) {
      const found = await side.does('ReadBatch.next', () => batch.next());
      if (found === undefined || found === null) break;
      assert.ok(++packets <= target.length / 24, 'a batch has more than a ring holds');
      await lookAtPacket(side, found, target);
    }
    await side.does('ReadBatch.commit', () => batch.commit());
  },
  async (side, queue, target) => {
    const batch = await side.does('Queue.readBatchSync', () => queue.readBatchSync(WAIT_MS));
    if (batch === undefined) return;
    const length = await side.does('ReadBatch.nextInto', () => batch.nextInto(target));
    if (length !== undefined && length >= 0) side.accept(target.slice(0, length), target.length, 'nextInto');
    await side.does('ReadBatch.commit', () => batch.commit());
  },
  // An iteration has no time limit, and a hostile peer may leave it asleep: closing the channel is what ends it.
  async (side, queue, target) => {
    let left = 1 + side.random.below(20);
    const timer = setTimeout(() => queue.close(), ITERATION_MS);
    await side.does('Queue iteration', async () => {
      for await (const found of queue) {
        await lookAtPacket(side, found, target);
        if (--left === 0) break;
      }
    });
    clearTimeout(timer);
  },
  (side, queue) =>
    side.does('abort of a read', async () => {
      const controller = new AbortController();
      const pending = queue.reader.waitReady({ signal: controller.signal });
      controller.abort(ABORTED);
      await pending;
    }),
];

const WRITES: readonly Act[] = [
  (side, queue) => side.does('Queue.tryWrite', () => queue.tryWrite(side.random.bytes(side.random.below(700)))),
  (side, queue) =>
    side.does('Queue.write', () => queue.write(side.random.bytes(side.random.below(700)), { timeoutMs: WAIT_MS })),
  (side, queue) => side.does('Queue.writeSync', () => queue.writeSync(side.random.bytes(300), WAIT_MS)),
  (side, queue) =>
    side.does('WriteBatch', () => {
      const batch = queue.writeBatch();
      try {
        for (let i = 0; i < 4; i++) batch.tryWrite({ payload: side.random.bytes(50), transactionId: i });
      } finally {
        batch[Symbol.dispose]();
      }
    }),
  (side, queue) =>
    side.does('Queue.tryWrite with ranges', () =>
      queue.tryWrite({ typ: OutgoingPacketType.GpaDirect([PagedRange.of(1, 4096, [3n, 4n])]) }),
    ),
  (side, queue) => side.does('Queue.waitReady', () => queue.waitReady(queue.capacity, { timeoutMs: WAIT_MS })),
  (side, queue) => side.does('Queue.inspect', () => queue.inspect()),
];

/** Queues: packets one by one and in batches, at once, asynchronously and blocking. */
export async function queues(side: OurSide, rings: OurRings, untilMs: number): Promise<void> {
  const channel = await openOurs(side, rings);
  if (channel === null) return;
  const queue = new Queue(channel);
  while (performance.now() < untilMs && !isOver(queue)) {
    const acts = side.random.below(3) === 0 ? WRITES : READS;
    await acts[side.random.below(acts.length)]!(side, queue, rings.target);
  }
  if (isOver(queue)) await side.does('a closed Queue', () => queue.tryRead());
  else await closeWhileReading(side, queue);
  const reason = await channel.closed;
  if (reason !== null) await side.does('Channel.closed', () => Promise.reject(reason));
}

/** What waits when an end is closed ends at once. */
async function closeWhileReading(side: OurSide, queue: Queue): Promise<void> {
  await side.does('close of a Queue that reads', async () => {
    const pending = queue.reader.waitReady();
    queue.close();
    await pending;
  });
  queue.close();
}
