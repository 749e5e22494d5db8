import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  Channel,
  ChannelError,
  type ChannelErrorCode,
  connectedQueues,
  createSignals,
  EventSignal,
  FlatRingMem,
  PacketRef,
  Queue,
} from '../../src/index.ts';
import { detachByClone } from '../support/vanishing-buffers.ts';
import { CountedAbort } from './counted-abort.ts';
import { assertChannelError, assertRingFailure, outcome, thrownBy, Words } from './ends.ts';

const LARGE = new Uint8Array(4064);
const SMALL = Uint8Array.of(1, 2, 3);

/** All operations of a queue, each of which throws or rejects once it is closed. */
const OPERATIONS: readonly ((queue: Queue) => unknown)[] = [
  (queue) => queue.tryRead(),
  (queue) => queue.read(),
  (queue) => queue.readSync(),
  (queue) => queue.tryReadBatch(),
  (queue) => queue.readBatch(),
  (queue) => queue.reader.readBatchSync(),
  (queue) => queue.reader.waitReady(),
  (queue) => queue.reader.waitReadySync(),
  (queue) => queue.tryWrite(SMALL),
  (queue) => queue.write(SMALL),
  (queue) => queue.writeSync(SMALL),
  (queue) => queue.writer.tryWriteAligned(0, { kind: 'InBandNoCompletion' }, new BigUint64Array(1)),
  (queue) => queue.writeAligned(0, { kind: 'InBandNoCompletion' }, new BigUint64Array(1)),
  (queue) => queue.writeBatch(),
  (queue) => queue.canWrite(8),
  (queue) => queue.waitReady(8),
  (queue) => queue.writer.waitReadySync(8),
];

const WAITS: readonly ((queue: Queue, signal: AbortSignal) => Promise<unknown>)[] = [
  (queue, signal) => queue.read({ signal, timeoutMs: 60_000 }),
  (queue, signal) => queue.write(SMALL, { signal, timeoutMs: 60_000 }),
  (queue, signal) => queue.write(LARGE, { signal }),
  (queue, signal) => queue.waitReady(8, { signal }),
];

function filledQueues(): [Queue, Queue] {
  const [a, b] = connectedQueues({ ringBytes: 4096 });
  assert.ok(a.tryWrite(LARGE));
  return [a, b];
}

describe('closing', () => {
  const closings: readonly [string, ChannelErrorCode, (a: Queue, b: Queue) => void][] = [
    ['this end is closed', 'Closed', (a) => a.close()],
    ['the peer closes', 'PeerClosed', (_, b) => b.close()],
    ['the peer dies', 'PeerDied', (a) => a.channel.signal.peerGone('died')],
    ['the peer is said to have closed', 'PeerClosed', (a) => a.channel.signal.peerGone('closed')],
  ];
  for (const [name, code, close] of closings) {
    it(`ends all that waits when ${name}, and all that comes after`, async () => {
      const [a, b] = filledQueues();
      const aborts = WAITS.map(() => new CountedAbort());
      const waits = WAITS.map((wait, i) => assertChannelError(code, () => wait(a, aborts[i]!.signal), `wait ${i}`));
      assert.deepEqual(
        aborts.map(({ listeners }) => listeners),
        WAITS.map(() => 1),
      );
      close(a, b);
      await Promise.all(waits);
      assert.ok(aborts.every(({ listeners }) => listeners === 0));
      for (const operation of OPERATIONS) await assertChannelError(code, () => operation(a), String(operation));
    });

    it(`ends what is in the middle of a batch when ${name}`, async () => {
      const [a, b] = connectedQueues({ ringBytes: 4096 });
      b.tryWrite(SMALL);
      const reading = await a.readBatch();
      const packet = reading.next()!;
      const writing = a.writeBatch();
      assert.ok(writing.tryWrite(SMALL));
      close(a, b);
      await assertChannelError(code, () => writing.tryWrite(SMALL));
      assert.equal(packet.payloadLength, 8, 'still there');
      assert.equal(reading.next(), null, 'a batch just ends');
      assert.deepEqual([...reading], []);
      reading.commit();
      assert.ok(packet.isReleased);
      if (code === 'Closed') await assertChannelError('Closed', () => writing.commit());
      else writing.commit();
      await assertChannelError(code, () => a.tryRead());
    });
  }

  it('leaves the peer what was committed before', async () => {
    const [a, b] = connectedQueues({ ringBytes: 4096 });
    for (let i = 0; i < 4; i++) a.tryWrite(Uint8Array.of(i));
    const writing = b.write(SMALL);
    a.close();
    await writing;
    assert.equal(b.tryRead()?.view()?.[0], 0);
    assert.equal((await b.read()).view()?.[0], 1);
    {
      const batch = await b.readBatch();
      assert.deepEqual(
        [...batch].map((packet) => packet.view()?.[0]),
        [2, 3],
      );
      batch[Symbol.dispose]();
    }
    for (const run of [() => b.tryRead(), () => b.read(), () => b.readBatch(), () => b.tryWrite(SMALL)]) {
      await assertChannelError('PeerClosed', run, String(run));
    }
    const packets: unknown[] = [];
    for await (const packet of b) packets.push(packet);
    assert.deepEqual(packets, []);
    assert.equal(b.channel.isClosed, false);
    assert.equal(await outcome(b.channel.closed), 'pending');
    b.close();
    assert.equal(await b.channel.closed, null);
  });

  it('delivers what waits in the ring before it ends a pending read or loop', async () => {
    const [a, b] = connectedQueues({ ringBytes: 4096 });
    const first: unknown[] = [];
    const loop = (async () => {
      for await (const packet of b) first.push(packet.view()?.[0]);
    })();
    await outcome(loop);
    a.tryWrite(Uint8Array.of(1));
    a.tryWrite(Uint8Array.of(2));
    a.close();
    await loop;
    assert.deepEqual(first, [1, 2]);
  });

  it('delivers what the peer published between our last look and its close', async () => {
    const takers: readonly ((queue: Queue) => unknown)[] = [
      (queue) => queue.tryRead(),
      (queue) => queue.read(),
      (queue) => queue.readSync(),
      (queue) => queue.tryReadBatch()?.next(),
      async (queue) => (await queue.readBatch()).next(),
      (queue) => queue.reader.waitReady().then(() => queue.tryRead()),
    ];
    for (const take of takers) {
      const [a, b] = connectedQueues({ ringBytes: 4096 });
      const { control } = b.channel.incoming.inner;
      const loadIn = control.loadIn.bind(control);
      control.loadIn = () => {
        const found = loadIn();
        // As another thread could, just after the ring was found empty.
        control.loadIn = loadIn;
        a.tryWrite(SMALL);
        a.close();
        return found;
      };
      assert.ok((await take(b)) instanceof PacketRef, String(take));
    }
  });

  it('ends a loop with an error where the peer died, or this end was closed', async () => {
    for (const [code, end] of [
      ['PeerDied', (queue: Queue) => queue.channel.signal.peerGone('died')],
      ['Closed', (queue: Queue) => queue.close()],
    ] as const) {
      const [, b] = connectedQueues({ ringBytes: 4096 });
      const loop = assertChannelError(code, async () => {
        for await (const _ of b) assert.fail('there is none');
      });
      await outcome(loop);
      end(b);
      await loop;
    }
  });

  it('happens once', async () => {
    const [a, b] = connectedQueues({ ringBytes: 4096 });
    let closed = 0;
    void a.channel.closed.then(() => closed++);
    a.close();
    a.close();
    a.channel.close();
    a[Symbol.dispose]();
    a.channel[Symbol.dispose]();
    assert.equal(await a.channel.closed, null);
    assert.equal(closed, 1);
    b.close();
    assert.deepEqual([a.inspect().state, a.inspect().peerState], ['closed', 'closed']);
    assert.match(a.inspect().failure ?? '', /closed/);
  });

  it('is what the end of a `using` does', async () => {
    const [a, b] = connectedQueues({ ringBytes: 4096 });
    {
      const queue = a;
      queue.tryWrite(SMALL);
      const packet = b.tryRead()!;
      assert.equal(packet.payloadLength, 8);
      packet[Symbol.dispose]();
      queue[Symbol.dispose]();
    }
    assert.equal(a.channel.isClosed, true);
    assert.equal(a.inspect().outgoing.filledBytes, 0, 'the packet was given back');
    await assertChannelError('PeerClosed', () => b.read());
  });

  it('ends everything here even if the peer cannot be signalled', async () => {
    const signal = new EventSignal(() => {
      throw new Error('no such device');
    });
    const queue = new Queue(new Channel({ incoming: new FlatRingMem(4096), outgoing: new FlatRingMem(4096), signal }));
    const pending = assertChannelError('Closed', () => queue.read());
    assert.throws(() => queue.close(), /no such device/);
    await pending;
    assert.equal(await queue.channel.closed, null);
    assert.equal(signal.state, 'closed');
  });
});

describe('a corrupt ring', () => {
  const found: readonly [string, (a: Queue) => unknown][] = [
    ['tryRead', (a) => a.tryRead()],
    ['read', (a) => a.read()],
    ['readSync', (a) => a.readSync()],
    ['tryReadBatch', (a) => a.tryReadBatch()],
    ['readBatch', (a) => a.readBatch()],
    ['reader.waitReady', (a) => a.reader.waitReady()],
    ['reader.waitReadySync', (a) => a.reader.waitReadySync()],
  ];
  for (const [name, find] of found) {
    it(`closes the channel when ${name} finds out, and is what all else throws`, async () => {
      const [a, b] = connectedQueues({ ringBytes: 4096 });
      const waits = (async () => {
        while (a.tryWrite(LARGE));
        return thrownBy(() => a.write(LARGE));
      })();
      new Words(a, 'incoming').set('in', 4);
      const error = await assertRingFailure('InvalidRingPointer', () => find(a));
      assert.equal(await waits, error);
      assert.equal(await a.channel.closed, error);
      for (const operation of OPERATIONS) assert.equal(await thrownBy(() => operation(a)), error, String(operation));
      await assertChannelError('PeerClosed', () => b.write(SMALL));
      assert.equal(a.inspect().failure, error.message);
    });
  }

  const full: readonly [string, (a: Queue) => unknown][] = [
    ['tryWrite', (a) => a.tryWrite(LARGE)],
    ['write', (a) => a.write(LARGE)],
    ['writeSync', (a) => a.writeSync(LARGE)],
    ['canWrite', (a) => a.canWrite(4088)],
    ['waitReady', (a) => a.waitReady(4088)],
    ['a batch', (a) => a.writeBatch().tryWrite(LARGE)],
  ];
  for (const [name, find] of full) {
    it(`closes the channel when ${name} finds out`, async () => {
      const [a] = filledQueues();
      const reading = thrownBy(() => a.read());
      new Words(a, 'outgoing').set('out', 4096);
      const error = await assertRingFailure('InvalidRingPointer', () => find(a));
      assert.equal(await reading, error);
      for (const operation of OPERATIONS) assert.equal(await thrownBy(() => operation(a)), error, String(operation));
    });
  }

  it('closes the channel when one who comes to stand in line finds out', async () => {
    const [a] = filledQueues();
    const first = thrownBy(() => a.write(SMALL));
    new Words(a, 'outgoing').set('out', 1);
    const error = await assertRingFailure('InvalidRingPointer', () => a.write(SMALL));
    assert.equal(await first, error);
    assert.equal(await a.channel.closed, error);
  });

  it('is what leaves a batch, not an error of the end of its `using`', async () => {
    const [a] = connectedQueues({ ringBytes: 4096 });
    await assertRingFailure('InvalidRingPointer', () => {
      const batch = a.writeBatch();
      try {
        assert.ok(batch.tryWrite(SMALL));
        new Words(a, 'outgoing').set('out', 4096);
        batch.tryWrite(LARGE);
      } finally {
        // Were this to throw, it would hide what is thrown above.
        batch[Symbol.dispose]();
      }
    });
  });

  it('is found in a packet: nothing is consumed', async () => {
    const [a, b] = connectedQueues({ ringBytes: 4096 });
    a.tryWrite(SMALL);
    a.channel.outgoing.mem().writeAt(0, Uint8Array.of(5));
    const error = await assertRingFailure('InvalidDescriptorType', () => b.read());
    assert.equal(await b.channel.closed, error);
    assert.equal(new Words(b, 'incoming').get('out'), 0);
  });

  it('whose memory vanishes ends all waits, by whatever comes next', async () => {
    const nexts: readonly ((queue: Queue, controller: AbortController) => void)[] = [
      (_, controller) => controller.abort(),
      (queue) => (queue.channel.signal as EventSignal).raise(),
      () => {},
      (queue) => queue.close(),
    ];
    for (const next of nexts) {
      for (const gone of ['incoming', 'outgoing'] as const) {
        const [ours] = createSignals();
        const buffers = { incoming: new ArrayBuffer(8192), outgoing: new ArrayBuffer(8192) };
        const rings = {
          incoming: new FlatRingMem(4096, buffers.incoming),
          outgoing: new FlatRingMem(4096, buffers.outgoing),
        };
        const queue = new Queue(new Channel({ ...rings, signal: ours }));
        // The peer does not signal writers: the next poll looks at the incoming ring as well.
        assert.ok(queue.tryWrite(LARGE));
        const controller = new AbortController();
        const { signal } = controller;
        const waits = [queue.read({ signal, timeoutMs: 10 }), queue.write(SMALL, { signal, timeoutMs: 10 })];
        const rejections = waits.map(async (wait) => assert.ok((await thrownBy(() => wait)) instanceof Error));
        detachByClone(buffers[gone]);
        next(queue, controller);
        await Promise.all(rejections);
        await assertRingOrClosed(() => (gone === 'incoming' ? queue.read() : queue.write(SMALL)));
      }
    }
  });
});

async function assertRingOrClosed(run: () => unknown): Promise<void> {
  const error = await thrownBy(run);
  if (error instanceof ChannelError) assert.equal(error.code, 'Closed');
  else await assertRingFailure('InvalidRingMemory', () => Promise.reject(error));
}
