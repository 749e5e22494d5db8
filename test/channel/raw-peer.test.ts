import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { readerNeedsSignal, writerNeedsSignal } from '../../src/index.ts';
import { padded } from '../suites/bytes.ts';
import { checkProperty } from '../support/property.ts';
import { Xorshift } from '../support/xorshift.ts';
import { assertNothingAsked, outcome, thrownBy, Words } from './ends.ts';
import { RawEnd } from './raw-end.ts';

const RING_BYTES = 4096;

/** Fills a ring to the last byte. */
const LARGE = new Uint8Array(4064);
const SMALL = Uint8Array.of(1, 2, 3);

function fullRing(): RawEnd {
  const raw = new RawEnd(RING_BYTES);
  assert.ok(raw.queue.tryWrite(LARGE));
  return raw;
}

describe('a peer of somebody else', () => {
  it('wakes a reader by the signal that the protocol has it send, and by no other', async () => {
    const raw = new RawEnd(RING_BYTES);
    for (let i = 0; i < 5; i++) {
      const pending = raw.queue.read();
      assert.ok(raw.put(Uint8Array.of(i)));
      assert.ok(raw.put(Uint8Array.of(i)));
      assert.equal(await outcome(pending), 'pending', 'nothing is published');
      assert.equal(raw.publish(), true);
      assert.ok(raw.put(Uint8Array.of(i)));
      assert.equal(raw.publish(), false);
      raw.signal.raise();
      assert.equal((await pending).view()?.[0], i);
      let packets = 1;
      while (raw.queue.tryRead() !== null) packets++;
      assert.equal(packets, 3);
      assert.ok(raw.hasRoom(4088));
    }
  });

  it('wakes a writer by the signal that the protocol has it send', async () => {
    const raw = fullRing();
    const pending = raw.queue.write(LARGE);
    assert.equal(raw.take()?.length, LARGE.length);
    assert.equal(await outcome(pending), 'pending', 'nothing was given back');
    assert.equal(raw.giveBack(), true);
    assert.equal(await outcome(pending), 'pending', 'nobody signalled');
    raw.signal.raise();
    await pending;
    assert.equal(raw.receive()?.length, LARGE.length);
    assertNothingAsked(raw.queue);
  });

  it('is woken by the queue when it waits, and is not when it does not', () => {
    const raw = new RawEnd(RING_BYTES);
    raw.queue.tryWrite(SMALL);
    assert.equal(raw.signals, 0, 'masked');
    raw.receive();
    raw.incoming.setInterruptMask(false);
    raw.queue.tryWrite(SMALL);
    raw.queue.tryWrite(SMALL);
    assert.equal(raw.signals, 1);
    while (raw.send(SMALL));
    raw.outgoing.setPendingSendSize(1024);
    while (raw.queue.tryRead() !== null);
    assert.equal(raw.signals, 2, 'once, when as much was free');
  });

  it('sends thousands of packets both ways, signalling by the rules alone', async () => {
    const raw = new RawEnd(RING_BYTES);
    const random = new Xorshift(5);
    const packets = 3000;
    const payloads = Array.from({ length: packets }, (_, i) => new Uint8Array(random.below(900)).fill(i));
    const writing = (async () => {
      for (const payload of payloads) await raw.queue.write(payload);
    })();
    const echoed = (async () => {
      for (const payload of payloads) assert.deepEqual((await raw.queue.read()).readAll(), padded(payload));
      raw.queue.reader.release();
    })();
    const isDone = Promise.all([writing, echoed]).then(() => true);
    raw.incoming.setInterruptMask(false);
    for (let held: Uint8Array | null = null, idle = 0; idle < 50;) {
      held ??= raw.receive();
      if (held === null || !raw.send(held)) {
        // It sleeps, as a peer does: until it is signalled.
        if (held !== null) raw.outgoing.setPendingSendSize(1024);
        const seen = raw.signals;
        await Promise.resolve();
        idle = raw.signals === seen ? idle + 1 : 0;
      } else {
        held = null;
        idle = 0;
      }
    }
    assert.equal(await isDone, true);
    assertNothingAsked(raw.queue);
    assert.ok(raw.queue.inspect().signals.saved > packets, 'most commits wake nobody');
  });
});

describe('signals are sent when they are due, as the predicates of the ring say', () => {
  const wordArbitrary = fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 2 ** 32 - 1 }));
  const stepArbitrary = fc.oneof(
    fc.record({ kind: fc.constant('write' as const), bytes: fc.nat(1500) }),
    fc.record({ kind: fc.constant('batch' as const), bytes: fc.nat(400) }),
    fc.record({ kind: fc.constant('read' as const) }),
    fc.record({ kind: fc.constant('peerWrites' as const), bytes: fc.nat(1500) }),
    fc.record({ kind: fc.constant('peerReads' as const) }),
    fc.record({ kind: fc.constant('mask' as const), value: fc.constantFrom(0, 1, 2 ** 31) }),
    fc.record({ kind: fc.constant('pending' as const), value: wordArbitrary }),
  );

  it('for random words of the peer', (t) => {
    const property = fc.property(fc.array(stepArbitrary, { maxLength: 60 }), (steps) => {
      const raw = new RawEnd(RING_BYTES);
      const { queue } = raw;
      const [outgoing, incoming] = [new Words(queue, 'outgoing'), new Words(queue, 'incoming')];
      const [sentPage, readPage] = [raw.incoming.mem().control(), raw.outgoing.mem().control()];
      let due = 0;
      for (const step of steps) {
        // A signal is due for what was not there before: the predicates look at the state, whoever brought it about.
        const before = [readerNeedsSignal(sentPage, RING_BYTES), writerNeedsSignal(readPage, RING_BYTES)];
        if (step.kind === 'write') queue.tryWrite(new Uint8Array(step.bytes));
        else if (step.kind === 'batch') {
          const batch = queue.writeBatch();
          for (let i = 0; i < 3; i++) batch.tryWrite(new Uint8Array(step.bytes));
          batch[Symbol.dispose]();
        } else if (step.kind === 'read') {
          if (queue.tryRead() !== null) queue.reader.release();
        } else if (step.kind === 'peerWrites') raw.send(new Uint8Array(step.bytes));
        else if (step.kind === 'peerReads') raw.receive();
        else if (step.kind === 'mask') outgoing.set('mask', step.value);
        else incoming.set('pending', step.value);
        const after = [readerNeedsSignal(sentPage, RING_BYTES), writerNeedsSignal(readPage, RING_BYTES)];
        const isOurs = step.kind === 'write' || step.kind === 'batch' || step.kind === 'read';
        if (isOurs) due += after.filter((needs, i) => needs && before[i] !== true).length;
      }
      assert.equal(raw.signals, due);
      assert.equal(queue.inspect().signals.sent, due);
    });
    checkProperty(t, property, 300);
  });
});

describe('a peer that does not say that it signals waiting writers', () => {
  const real = globalThis.setTimeout;
  let delays: number[];
  let due: (() => void)[];

  beforeEach(() => {
    delays = [];
    due = [];
    const fake = (run: () => void, ms: number): number => {
      due.push(run);
      return delays.push(ms);
    };
    globalThis.setTimeout = fake as unknown as typeof setTimeout;
  });
  afterEach(() => {
    globalThis.setTimeout = real;
  });

  function deafRing(): RawEnd {
    const raw = fullRing();
    new Words(raw.queue, 'incoming').set('features', 0);
    assert.equal(raw.queue.reader.supportsPendingSendSize(), false);
    return raw;
  }

  it('is looked at by time, from every 1 ms to every 64 ms', async () => {
    const raw = deafRing();
    const pending = raw.queue.write(LARGE);
    assert.equal(new Words(raw.queue, 'outgoing').get('pending'), 4088, 'it is asked all the same');
    for (let i = 0; i < 9; i++) due.pop()!();
    assert.deepEqual(delays, [1, 2, 4, 8, 16, 32, 64, 64, 64, 64]);
    raw.take();
    raw.giveBack();
    due.pop()!();
    await pending;
    assert.equal(delays.length, 10, 'no timer is left');
    assert.equal(raw.queue.inspect().polls, 10);
    assertNothingAsked(raw.queue);
    const again = raw.queue.write(LARGE);
    assert.equal(delays.at(-1), 1, 'the next one begins anew');
    raw.queue.close();
    await thrownBy(() => again);
  });

  it('is looked at no later for those who come to stand in line', async () => {
    const raw = deafRing();
    const writes = [raw.queue.write(SMALL)];
    for (let i = 0; i < 20; i++) writes.push(raw.queue.write(SMALL));
    assert.deepEqual(delays, [1]);
    raw.take();
    raw.giveBack();
    due.pop()!();
    await Promise.all(writes);
    assert.equal(raw.queue.inspect().polls, 1);
  });

  it('is looked at no more once it says so', async () => {
    const raw = deafRing();
    const pending = raw.queue.write(SMALL);
    new Words(raw.queue, 'incoming').set('features', 1);
    due.pop()!();
    assert.deepEqual(delays, [1]);
    raw.receive();
    await pending;
  });

  it('is looked at by time even if it never signals', async () => {
    globalThis.setTimeout = real;
    const raw = deafRing();
    const pending = raw.queue.write(LARGE);
    raw.take();
    raw.giveBack();
    await pending;
    const { polls, signals } = raw.queue.inspect();
    assert.equal(signals.received, 0);
    assert.ok(polls >= 1);
  });
});
