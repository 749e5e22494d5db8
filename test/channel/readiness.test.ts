import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  connectedQueues,
  EventSignal,
  packetSize,
  PagedRange,
  OutgoingPacketType,
  type Queue,
} from '../../src/index.ts';
import { assertChannelError, assertNothingAsked, assertRingFailure, outcome, thrownBy, Words } from './ends.ts';

const RING_BYTES = 4096;

/** Fills the ring to the last byte. */
const LARGE = new Uint8Array(4064);

const SMALL = Uint8Array.of(1, 2, 3);

function filledQueues(payloadBytes: number = LARGE.length): [Queue, Queue, Words] {
  const [a, b] = connectedQueues({ ringBytes: RING_BYTES });
  assert.ok(a.tryWrite(new Uint8Array(payloadBytes)));
  return [a, b, new Words(a, 'outgoing')];
}

/** The peer signals for nothing. */
async function raise(queue: Queue): Promise<void> {
  assert.ok(queue.channel.signal instanceof EventSignal);
  queue.channel.signal.raise();
  await Promise.resolve();
}

describe('the interrupt mask', () => {
  it('is clear only while a reader sleeps', async () => {
    const [a, b] = connectedQueues({ ringBytes: RING_BYTES });
    const words = new Words(b, 'incoming');
    assert.equal(words.get('mask'), 1);
    assert.equal(b.tryRead(), null);
    assert.equal(words.get('mask'), 1, 'tryRead does not sleep');
    for (let i = 0; i < 3; i++) {
      const pending = b.read();
      assert.equal(words.get('mask'), 0);
      a.tryWrite(SMALL);
      assert.equal(a.inspect().signals.sent, i + 1);
      a.tryWrite(SMALL);
      assert.equal(a.inspect().signals.sent, i + 1, 'the ring was not empty');
      await pending;
      assert.equal(words.get('mask'), 1);
      assert.ok(b.tryRead() !== null);
      assert.equal(b.tryRead(), null);
    }
    assert.equal(b.inspect().signals.received, 3);
    assert.equal(b.inspect().signals.spurious, 0);
    assert.equal(a.inspect().signals.saved, 3);
  });

  it('is set before the packets are given back that were waited for, by whoever takes them', async () => {
    const takers: readonly ((queue: Queue) => unknown)[] = [
      (queue) => queue.tryRead(),
      (queue) => queue.read(),
      (queue) => queue.readSync(),
      (queue) => queue.tryReadBatch()!.next(),
    ];
    for (const take of takers) {
      const [a, b] = connectedQueues({ ringBytes: RING_BYTES });
      const words = new Words(b, 'incoming');
      const ready = b.reader.waitReady();
      a.tryWrite(SMALL);
      await ready;
      await take(b);
      assert.equal(words.get('mask'), 1, String(take));
      assert.equal(words.get('out'), 0);
    }
  });

  it('is set again where a wait ends without a packet', async () => {
    const ends: readonly ((queue: Queue, controller: AbortController) => void)[] = [
      (_, controller) => controller.abort(),
      (queue) => queue.close(),
      (queue) => queue.channel.signal.peerGone('died'),
      () => {},
    ];
    for (const end of ends) {
      const [, b] = connectedQueues({ ringBytes: RING_BYTES });
      const controller = new AbortController();
      const pending = b.read({ signal: controller.signal, timeoutMs: 20 });
      end(b, controller);
      await thrownBy(() => pending);
      assert.equal(new Words(b, 'incoming').get('mask'), 1, String(end));
    }
  });

  it('takes a packet that came between the last look and the unmasking', async () => {
    const [a, b] = connectedQueues({ ringBytes: RING_BYTES });
    // As another thread could: just when the mask is cleared.
    const ring = b.channel.incoming;
    const setMask = ring.setInterruptMask.bind(ring);
    ring.setInterruptMask = (state) => {
      if (!state) a.tryWrite(SMALL);
      setMask(state);
    };
    assert.equal(a.inspect().signals.sent, 0);
    assert.equal((await b.read()).payloadLength, 8);
  });

  it('must not be set by the peer while we wait', async () => {
    const [, b] = connectedQueues({ ringBytes: RING_BYTES });
    const pending = b.read();
    const writing = b.write(SMALL);
    await writing;
    new Words(b, 'incoming').set('mask', 1);
    const rejection = assertRingFailure('InterruptsExternallyMasked', () => pending);
    await raise(b);
    const error = await rejection;
    assert.equal(await b.channel.closed, error);
    for (const run of [() => b.tryRead(), () => b.write(SMALL), () => b.readBatch()]) {
      assert.equal(await thrownBy(run), error);
    }
  });

  it('may be found set at the next wait after one that was given up', async () => {
    const [a, b] = connectedQueues({ ringBytes: RING_BYTES });
    await assertChannelError('TimedOut', () => b.read({ timeoutMs: 0 }));
    new Words(b, 'incoming').set('mask', 1);
    const pending = b.read();
    a.tryWrite(SMALL);
    await pending;
  });
});

describe('the pending send size', () => {
  const needs: readonly [string, (queue: Queue, options: { signal: AbortSignal }) => Promise<void>, number][] = [
    ['a small packet: a quarter of the ring', (queue, options) => queue.write(new Uint8Array(100), options), 1024],
    ['as much as a quarter', (queue, options) => queue.write(new Uint8Array(1000), options), 1024],
    ['more than a quarter', (queue, options) => queue.write(new Uint8Array(1001), options), 1032],
    ['room of 5 bytes', (queue, options) => queue.waitReady(2005, options), 2008],
    ['all room', (queue, options) => queue.waitReady(queue.capacity, options), 4088],
    [
      'a packet with ranges',
      (queue, options) => {
        const typ = OutgoingPacketType.GpaDirect([PagedRange.of(0, 8192, [1n, 2n])]);
        return queue.write({ payload: new Uint8Array(2000), typ }, options);
      },
      packetSize(new Uint8Array(2000)) + 8 + 8 + 16,
    ],
  ];
  for (const [name, wait, asked] of needs) {
    it(`asks for ${name}`, async () => {
      const [a, b, words] = filledQueues();
      const controller = new AbortController();
      const pending = wait(a, controller);
      assert.equal(words.get('pending'), asked);
      (await b.read()).release();
      assert.equal(b.inspect().signals.sent, 1);
      await pending;
      assertNothingAsked(a);
      assert.equal(a.inspect().stalls, 1);
      assert.equal(a.inspect().signals.received, 1);
    });
  }

  it('is a quarter of the own ring, however large the other one is', () => {
    const [a] = connectedQueues({ ringBytes: [65536, 4096] });
    while (a.tryWrite(SMALL));
    void a.write(SMALL).catch(() => {});
    assert.equal(new Words(a, 'outgoing').get('pending'), 16384);
    a.close();
  });

  const ends: readonly [string, (a: Queue, b: Queue, controller: AbortController) => unknown][] = [
    ['success', async (_, b) => (await b.read()).release()],
    ['an abort', (_a, _b, controller) => controller.abort()],
    ['time', () => {}],
    ['closing here', (a) => a.close()],
    ['closing there', (_, b) => b.close()],
    ['the death of the peer', (a) => a.channel.signal.peerGone('died')],
    [
      'a corrupt ring',
      (a) => {
        new Words(a, 'outgoing').set('out', 4095);
        return raise(a);
      },
    ],
    [
      'a corrupt ring of the other direction',
      async (a) => {
        new Words(a, 'incoming').set('in', 4095);
        await assertRingFailure('InvalidRingPointer', () => a.tryRead());
      },
    ],
  ];
  for (const [name, end] of ends) {
    it(`is taken back at the end: by ${name}`, async () => {
      const [a, b, words] = filledQueues();
      const controller = new AbortController();
      const pending = a.write(LARGE, { signal: controller.signal, timeoutMs: 20 });
      const settled = pending.catch(() => {});
      assert.equal(words.get('pending'), packetSize(LARGE));
      await end(a, b, controller);
      await settled;
      assertNothingAsked(a, name);
      if (a.channel.isClosed || a.channel.signal.peerState !== 'open') return;
      while (b.tryRead() !== null);
      assert.ok(a.tryWrite(LARGE), 'nobody is left in line');
    });
  }

  it('is taken back where the packet turns out to be none', async () => {
    const [a, b] = filledQueues();
    const failing = a.write({ payload: SMALL, transactionId: -1 });
    const behind = a.write(SMALL);
    const failed = assert.rejects(failing, RangeError);
    (await b.read()).release();
    await failed;
    await behind;
    assertNothingAsked(a);
  });

  it('follows a payload that the caller changes meanwhile', async () => {
    const [a, b, words] = filledQueues();
    const pieces = [SMALL];
    const pending = a.write({ payload: pieces });
    pieces.push(new Uint8Array(3000));
    (await b.read()).revert();
    await raise(a);
    assert.equal(words.get('pending'), packetSize({ payload: pieces }));
    (await b.read()).release();
    await pending;
    assert.equal((await b.read()).payloadLength, 3008);
  });

  it('writes into room that came between the last look and the request', async () => {
    const [a, b] = filledQueues();
    const ring = a.channel.outgoing;
    const setSize = ring.setPendingSendSize.bind(ring);
    ring.setPendingSendSize = (size) => {
      if (size > 0) b.tryRead()?.release();
      setSize(size);
    };
    await a.write(LARGE);
    assert.equal(b.inspect().signals.sent, 0);
    assertNothingAsked(a);
  });
});

describe('the line of writers', () => {
  it('is served in the order in which they came, and nothing overtakes it', async () => {
    const [a, b] = filledQueues(4000);
    const done: number[] = [];
    const sizes = [3000, 8, 2000, 8, 8, 4000];
    const writes = sizes.map((size, i) => a.write(new Uint8Array(size).fill(i)).then(() => done.push(i)));
    assert.equal(a.tryWrite(SMALL), false, 'there would be room');
    assert.equal(a.canWrite(32), false);
    const batch = a.writeBatch();
    assert.equal(batch.tryWrite(SMALL), false);
    assert.equal(batch.canWrite(32), false);
    batch.commit();
    const order: number[] = [];
    await b.read();
    for (const _ of sizes) order.push((await b.read()).readAll()[0]!);
    b.reader.release();
    await Promise.all(writes);
    assert.deepEqual(order, [0, 1, 2, 3, 4, 5]);
    assert.deepEqual(done, [0, 1, 2, 3, 4, 5]);
    assertNothingAsked(a);
    assert.ok(a.tryWrite(SMALL));
  });

  it('goes on where the first one gives up', async () => {
    const [a, , words] = filledQueues(4000);
    const controller = new AbortController();
    const first = assert.rejects(a.write(LARGE, { signal: controller.signal }), { name: 'AbortError' });
    const second = a.write(SMALL);
    assert.equal(words.get('pending'), packetSize(LARGE));
    controller.abort();
    await first;
    await second;
    assertNothingAsked(a);
  });

  it('has the next one ask for what it needs', async () => {
    const [a, b, words] = filledQueues();
    const controller = new AbortController();
    const first = assert.rejects(a.write(LARGE, { signal: controller.signal }), { name: 'AbortError' });
    const second = a.write(new Uint8Array(2000));
    const third = a.write(SMALL);
    controller.abort();
    await first;
    assert.equal(words.get('pending'), packetSize(new Uint8Array(2000)));
    (await b.read()).release();
    await Promise.all([second, third]);
    assertNothingAsked(a);
  });

  it('closes up where one in the middle gives up', async () => {
    const [a, b, words] = filledQueues();
    const controller = new AbortController();
    const first = a.write(new Uint8Array(2000));
    const second = assert.rejects(a.write(LARGE, { signal: controller.signal }), { name: 'AbortError' });
    const third = a.waitReady(8);
    controller.abort();
    await second;
    assert.equal(words.get('pending'), packetSize(new Uint8Array(2000)));
    (await b.read()).release();
    await Promise.all([first, third]);
    assertNothingAsked(a);
  });

  it('is bounded, and leaves a place for a reader', async () => {
    const [a, b] = filledQueues();
    const writes = Array.from({ length: 1024 }, () => a.write(SMALL));
    for (let i = 0; i < 3; i++) {
      await assertChannelError('TooManyWaiters', () => a.write(SMALL));
      await assertChannelError('TooManyWaiters', () => a.writeSync(SMALL, 0));
    }
    const reading = a.read();
    b.tryWrite(SMALL);
    await reading;
    for (let packets = 0; packets < 1025; packets++) await b.read();
    await Promise.all(writes);
    assert.equal(b.tryRead(), null);
    assertNothingAsked(a);
    assert.equal(a.inspect().stalls, 1024);
    assert.equal(a.inspect().outgoing.packets, 1025);
  });
});

describe('signals', () => {
  it('do no harm where there is nothing to do, and are counted', async () => {
    const [a, b] = filledQueues();
    const writing = a.write(LARGE);
    const reading = a.read();
    for (let i = 1; i <= 3; i++) {
      await raise(a);
      assert.equal(a.inspect().signals.received, i);
      assert.equal(a.inspect().signals.spurious, i);
    }
    assert.equal(await outcome(writing), 'pending');
    assert.equal(await outcome(reading), 'pending');
    await raise(b);
    assert.equal(b.inspect().signals.received, 0, 'nobody listened');
    (await b.read()).release();
    b.tryWrite(SMALL);
    await Promise.all([writing, reading]);
    assert.equal(a.inspect().signals.spurious, 3);
  });

  it('serve the reader and the writers of an end at once', async () => {
    const [a, b] = filledQueues();
    const both = Promise.all([a.write(SMALL), a.read()]);
    b.tryWrite(SMALL);
    b.tryRead()?.release();
    await both;
    assert.equal(a.inspect().signals.received, 1, 'two signals, one wake-up');
  });
});

describe('sleep', () => {
  it('begins with nothing uncommitted', async () => {
    const [a, b] = connectedQueues({ ringBytes: RING_BYTES });
    for (const wait of [() => b.read(), () => b.readBatch(), () => b.reader.waitReady()]) {
      a.tryWrite(SMALL);
      assert.ok(b.tryRead() !== null);
      const pending = wait();
      const { filledBytes, offset } = b.inspect().incoming;
      assert.equal(filledBytes, 0);
      assert.equal(offset['nextOut'], offset['committedOut']);
      a.tryWrite(SMALL);
      const batch = await pending;
      if (batch !== undefined && 'commit' in batch) batch.commit();
      while (b.tryRead() !== null);
    }
    assert.ok(a.tryWrite(LARGE));
    const pending = a.write(LARGE);
    const { offset } = a.inspect().outgoing;
    assert.equal(offset['nextIn'], offset['committedIn']);
    a.close();
    await assertChannelError('Closed', () => pending);
  });
});
