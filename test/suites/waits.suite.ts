import { connectedQueues, FlatRingMem, Channel, createSignals, Queue } from '../../src/index.ts';
import { equal, ok, rejectionOf, rejects, throws } from './assert.ts';
import type { Suite } from './suite.ts';

const RING_BYTES = 4096;
const LARGE = new Uint8Array(3000);
const HANG_MS = 30_000;

/** Two queues, the first of which has filled its ring. */
function filledQueues(): [Queue, Queue] {
  const [a, b] = connectedQueues({ ringBytes: RING_BYTES });
  ok(a.tryWrite(LARGE));
  return [a, b];
}

/** Waits that end otherwise than hoped for: by abort, by time, by closing. */
export const waitSuite: Suite = {
  name: 'waits',
  define(test) {
    test('an aborted read rejects with the reason and takes nothing', async () => {
      const [a, b] = connectedQueues({ ringBytes: RING_BYTES });
      const controller = new AbortController();
      const reading = b.read({ signal: controller.signal });
      const reason = { why: 'enough' };
      controller.abort(reason);
      a.tryWrite(Uint8Array.of(9));
      equal(await rejectionOf(reading), reason);
      equal((await b.read()).readAll()[0], 9);
    });

    test('an aborted write rejects with the reason and leaves nothing behind', async () => {
      const [a, b] = filledQueues();
      const controller = new AbortController();
      const writing = a.write(LARGE, { signal: controller.signal });
      ok(a.inspect().outgoing.control.pendingSendSize >= LARGE.length, 'it asks for room');
      controller.abort();
      await rejects(writing, { name: 'AbortError' });
      equal(a.inspect().outgoing.control.pendingSendSize, 0);
      (await b.read()).release();
      equal(b.tryRead(), null);
    });

    test('a signal that is aborted already ends the wait before it begins', async () => {
      const [, b] = connectedQueues({ ringBytes: RING_BYTES });
      await rejects(b.read({ signal: AbortSignal.abort() }), { name: 'AbortError' });
    });

    test('AbortSignal.timeout ends a wait', async () => {
      const [, b] = connectedQueues({ ringBytes: RING_BYTES });
      // That signal's timer keeps no process alive, nor does a wait within one thread.
      const alive = setTimeout(() => {}, HANG_MS);
      await rejects(b.read({ signal: AbortSignal.timeout(5) }), { name: 'TimeoutError' });
      clearTimeout(alive);
    });

    test('a read and a write whose time is over', async () => {
      const [a, b] = filledQueues();
      await rejects(a.write(LARGE, { timeoutMs: 5 }), { name: 'ChannelError', code: 'TimedOut' });
      await rejects(a.read({ timeoutMs: 0 }), { name: 'ChannelError', code: 'TimedOut' });
      equal(a.inspect().outgoing.control.pendingSendSize, 0);
      ok(b.tryRead() !== null);
      equal(b.tryRead(), null);
    });

    test('writes that wait are done in the order in which they came', async () => {
      const [a, b] = filledQueues();
      const order: number[] = [];
      const writes = [1, 2, 3].map((n) => a.write(new Uint8Array(2000 + n)).then(() => order.push(n)));
      equal(a.tryWrite(Uint8Array.of(1)), false, 'nothing overtakes them');
      for (const length of [3000, 2008, 2008, 2008]) equal((await b.read()).payloadLength, length);
      await Promise.all(writes);
      equal(order.join(), '1,2,3');
    });

    test('one read at a time', async () => {
      const [a, b] = connectedQueues({ ringBytes: RING_BYTES });
      const reading = b.read();
      await rejects(b.read(), { name: 'TypeError', message: /pending/ });
      a.tryWrite(Uint8Array.of(1));
      await reading;
    });

    test('closing ends what waits here', async () => {
      const [a] = filledQueues();
      const waits = [a.read(), a.write(LARGE), a.waitReady(a.capacity)];
      a.close();
      for (const wait of waits) await rejects(wait, { name: 'ChannelError', code: 'Closed' });
      throws(() => a.tryRead(), { name: 'ChannelError', code: 'Closed' });
    });

    test('closing ends what waits at the peer, which still reads what was sent', async () => {
      const [a, b] = filledQueues();
      const writing = b.write(LARGE).then(() => b.write(LARGE));
      const failing = rejects(writing, { name: 'ChannelError', code: 'PeerClosed' });
      a.close();
      await failing;
      equal((await b.read()).payloadLength, LARGE.length);
      await rejects(b.read(), { name: 'ChannelError', code: 'PeerClosed' });
      equal(b.inspect().peerState, 'closed');
    });

    test('a thread that only waits for itself must not block', () => {
      const [a, b] = filledQueues();
      equal(b.readSync(0).payloadLength, LARGE.length);
      throws(() => a.writeSync(LARGE, 10), { name: 'TypeError', message: /block/ });
      throws(() => a.readSync(10), { name: 'TypeError', message: /block/ });
    });

    test('a corrupt ring ends a wait, and closes the channel', async () => {
      const [ours, theirs] = createSignals();
      const incoming = new FlatRingMem(RING_BYTES);
      const channel = new Channel({ incoming, outgoing: new FlatRingMem(RING_BYTES), signal: ours });
      const queue = new Queue(channel);
      const reading = queue.read();
      new Uint32Array(incoming.buffer)[0] = RING_BYTES;
      theirs.notify();
      await rejects(reading, { name: 'VmbusRingError', code: 'InvalidRingPointer' });
      equal(channel.isClosed, true);
      throws(() => queue.tryWrite(Uint8Array.of(1)), { name: 'VmbusRingError', code: 'InvalidRingPointer' });
    });
  },
};
