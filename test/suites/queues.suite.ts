import { connectedQueues, OutgoingPacketType, packetSize, type Queue } from '../../src/index.ts';
import { Xorshift } from '../support/xorshift.ts';
import { deepEqual, equal, fail, ok, throws } from './assert.ts';
import { numberedPayload, padded } from './bytes.ts';
import type { Suite } from './suite.ts';

const RING_BYTES = 4096;

/** Descriptor and footer of an in-band packet. */
const OVERHEAD = packetSize(new Uint8Array(0));

/** Writes that are asked for at a time: more than there is room for. */
const WRITES_AT_ONCE = 16;

/** Writes random packets, waiting for room. */
async function sendAll(queue: Queue, packets: number, seed: number): Promise<void> {
  const sizes = new Xorshift(seed);
  for (let i = 0; i < packets;) {
    const writes: Promise<void>[] = [];
    for (; writes.length < WRITES_AT_ONCE && i < packets; i++) {
      writes.push(queue.write(numberedPayload(i, sizes.below(1500))));
    }
    await Promise.all(writes);
  }
}

/** Reads and compares what `sendAll` writes. */
async function receiveAll(queue: Queue, packets: number, seed: number): Promise<void> {
  const sizes = new Xorshift(seed);
  for (let i = 0; i < packets; i++) {
    const packet = await queue.read();
    deepEqual(packet.readAll(), padded(numberedPayload(i, sizes.below(1500))), `packet ${i}`);
  }
  queue.reader.release();
}

/** Packets through queues within one thread: one by one, in batches, waiting for each other. */
export const queueSuite: Suite = {
  name: 'queues',
  define(test) {
    for (const length of [0, 1, 7, 8, 9, 100, RING_BYTES - 8 - OVERHEAD]) {
      test(`a payload of ${length} bytes`, async () => {
        const [a, b] = connectedQueues({ ringBytes: RING_BYTES });
        const payload = new Xorshift(length).bytes(length);
        const typ = OutgoingPacketType.InBandWithCompletion;
        await a.write({ payload, transactionId: 2n ** 64n - 1n, typ });
        const packet = await b.read();
        deepEqual(packet.readAll(), padded(payload));
        equal(packet.transactionId, 2n ** 64n - 1n);
        equal(packet.completionRequested, true);
      });
    }

    test('what is larger than the ring is refused', async () => {
      const [a] = connectedQueues({ ringBytes: RING_BYTES });
      const payload = new Uint8Array(RING_BYTES - 8 - OVERHEAD + 1);
      throws(() => a.tryWrite(payload), { name: 'InvalidPacketError' });
      equal(a.inspect().outgoing.packets, 0);
      await a.write(payload.subarray(1));
    });

    test('both ways at once, with writers that wait for room', async () => {
      const [a, b] = connectedQueues({ ringBytes: [RING_BYTES, 2 * RING_BYTES] });
      const packets = 1000;
      const all = [
        sendAll(a, packets, 1),
        receiveAll(b, packets, 1),
        sendAll(b, packets, 2),
        receiveAll(a, packets, 2),
      ];
      await Promise.all(all);
      ok(a.inspect().stalls > 0, 'nobody had to wait for room');
      equal(a.inspect().outgoing.filledBytes, 0);
      equal(a.inspect().outgoing.control.pendingSendSize, 0);
    });

    test('a batch is published as a whole', () => {
      const [a, b] = connectedQueues({ ringBytes: RING_BYTES });
      const batch = a.writeBatch();
      for (let i = 0; i < 16; i++) ok(batch.tryWrite(Uint8Array.of(i)));
      equal(b.tryRead(), null);
      batch.commit();
      const readable = b.tryReadBatch() ?? fail('there is no batch');
      deepEqual(
        [...readable].map((packet) => packet.readAll()[0]),
        Array.from({ length: 16 }, (_, i) => i),
      );
      readable.commit();
      equal(b.tryReadBatch(), null);
    });

    test('a batch that is taken back was never there', () => {
      const [a, b] = connectedQueues({ ringBytes: RING_BYTES });
      const batch = a.writeBatch();
      batch.tryWrite(Uint8Array.of(1));
      batch.revert();
      a.tryWrite(Uint8Array.of(2));
      equal(b.tryRead()?.readAll()[0], 2);
      equal(b.tryRead(), null);
    });

    test('a packet is of no use once it is given back', async () => {
      const [a, b] = connectedQueues({ ringBytes: RING_BYTES });
      a.tryWrite(Uint8Array.of(1));
      const packet = await b.read();
      packet.revert();
      throws(() => packet.readAll(), { name: 'TypeError' });
      const again = await b.read();
      again.release();
      equal(again.isReleased, true);
      throws(() => again.reader(), { name: 'TypeError' });
    });

    test('for await ends when the peer closes, after all that it sent', async () => {
      const [a, b] = connectedQueues({ ringBytes: RING_BYTES });
      const sending = sendAll(a, 200, 3).then(() => a.close());
      const sizes = new Xorshift(3);
      let packets = 0;
      for await (const packet of b) {
        deepEqual(packet.readAll(), padded(numberedPayload(packets, sizes.below(1500))));
        packets++;
      }
      await sending;
      equal(packets, 200);
    });

    test('for await that never has to wait lets the event loop turn', async () => {
      const [a, b] = connectedQueues({ ringBytes: RING_BYTES });
      let turned = false;
      setTimeout(() => (turned = true), 0);
      a.tryWrite(new Uint8Array(8));
      let packets = 0;
      for await (const _ of b) {
        if (turned) break;
        if (++packets === 1_000_000) fail('no timer has run');
        a.tryWrite(new Uint8Array(8));
      }
    });
  },
};
