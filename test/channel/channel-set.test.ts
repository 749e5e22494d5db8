import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import {
  ChannelError,
  ChannelSet,
  connectedChannels,
  connectedQueues,
  type Queue,
  RequestChannel,
} from '../../src/index.ts';
import { announceSeed, scaleRuns } from '../support/property.ts';
import { Xorshift } from '../support/xorshift.ts';
import { Bell, bellQueues } from './bell-signal.ts';

const CHANNELS = 300;

interface Line {
  readonly producer: Queue;
  readonly consumer: Queue;
  looks: number;
}

function lines(set: ChannelSet<number>, count: number): Line[] {
  return Array.from({ length: count }, (_, n) => {
    const [producer, consumer] = connectedQueues({ ringBytes: 4096 });
    set.add(consumer, n);
    return watched(producer, consumer);
  });
}

/** Counts the looks at the consumer's ring. */
function watched(producer: Queue, consumer: Queue): Line {
  const line = { producer, consumer, looks: 0 };
  const { reader } = consumer;
  const look = reader.look.bind(reader);
  reader.look = (arm) => {
    line.looks++;
    return look(arm);
  };
  return line;
}

function drain(queue: Queue): number[] {
  const batch = queue.tryReadBatch();
  if (batch === null) return [];
  const values = [...batch].map((packet) => new DataView(packet.readAll().buffer).getUint32(0));
  batch.commit();
  return values;
}

function numbered(n: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setUint32(0, n);
  return bytes;
}

test(`random traffic over ${CHANNELS} channels: every packet is delivered, in order`, async (t) => {
  const seed = announceSeed(t);
  const random = new Xorshift(seed);
  const set = new ChannelSet<number>();
  const all = lines(set, CHANNELS);
  const total = scaleRuns(20_000);
  const sent = new Uint32Array(CHANNELS);
  const received = new Uint32Array(CHANNELS);
  const produce = async (): Promise<void> => {
    for (let i = 0; i < total; i++) {
      const n = random.below(4) === 0 ? random.below(5) : random.below(CHANNELS);
      await all[n]!.producer.write(numbered(sent[n]!++));
      if (random.below(50) === 0) await turn();
    }
    for (const { producer } of all) producer.close();
  };
  const producing = produce();
  for await (const { value: n, channel } of set) {
    const { consumer } = all[n]!;
    try {
      // Not all of it, now and then: what is left makes it ready again.
      if (random.below(4) === 0) {
        const packet = consumer.tryRead();
        if (packet !== null) assert.equal(new DataView(packet.readAll().buffer).getUint32(0), received[n]!++);
      } else {
        for (const value of drain(consumer)) assert.equal(value, received[n]!++);
      }
    } catch (error) {
      if (!(error instanceof ChannelError) || error.code !== 'PeerClosed') throw error;
      assert.equal(set.delete(channel), true);
    }
  }
  await producing;
  assert.deepEqual(received, sent);
  assert.equal(
    received.reduce((sum, count) => sum + count),
    total,
  );
});

test('channels that nothing happens at are not looked at', async () => {
  const set = new ChannelSet<number>();
  const all = lines(set, CHANNELS);
  await assert.rejects(
    set.wait({ timeoutMs: 1 }),
    (error) => error instanceof ChannelError && error.code === 'TimedOut',
  );
  for (const line of all) line.looks = 0;
  for (let round = 0; round < 100; round++) {
    const n = round % 3;
    all[n]!.producer.tryWrite(numbered(round));
    const ready = await set.wait();
    assert.deepEqual(
      ready.map(({ value }) => value),
      [n],
    );
    assert.deepEqual(drain(all[n]!.consumer), [round]);
  }
  assert.ok(all.slice(0, 3).every(({ looks }) => looks > 0));
  assert.deepEqual(
    all.slice(3).filter(({ looks }) => looks > 0),
    [],
  );
  assert.deepEqual(
    all.slice(3).filter(({ consumer }) => consumer.inspect().incoming.control.interruptMask !== 0),
    [],
    'all stay armed',
  );
  set.clear();
});

test('each ready channel is handed out once a wait, those with much to say as often as the others', async () => {
  const set = new ChannelSet<number>();
  const all = lines(set, 4);
  for (const n of [2, 0]) for (let i = 0; i < 20; i++) all[n]!.producer.tryWrite(numbered(i));
  for (let i = 0; i < 20; i++) {
    if (i === 5) all[3]!.producer.tryWrite(numbered(0));
    const ready = (await set.wait()).map(({ value }) => value);
    // The first look goes in the order in which they were added; what signals after it comes last.
    assert.deepEqual(
      ready.filter((n) => n !== 3),
      [0, 2],
    );
    assert.equal(ready.length, new Set(ready).size);
    for (const n of ready) all[n]!.consumer.tryRead();
  }
  assert.equal(all[3]!.consumer.inspect().incoming.packets, 1, 'it did not starve');
});

test('a channel whose peer goes, or that is corrupt or closed, is ready', async () => {
  const set = new ChannelSet<number>();
  const all = lines(set, 4);
  const waiting = set.wait();
  all[1]!.producer.close();
  assert.deepEqual(
    (await waiting).map(({ value }) => value),
    [1],
  );
  assert.throws(() => all[1]!.consumer.tryRead(), ChannelError);
  set.delete(all[1]!.consumer);

  all[2]!.consumer.channel.incoming.mem().control()[0] = 4;
  const next = set.wait();
  all[2]!.producer.channel.signal.notify();
  assert.deepEqual(
    (await next).map(({ value, channel }) => [value, channel.isClosed]),
    [[2, true]],
  );
  assert.equal(set.has(all[2]!.consumer), false, 'handed out a last time');

  const last = set.wait();
  all[0]!.consumer.close();
  assert.deepEqual(
    (await last).map(({ value }) => value),
    [0],
  );
  assert.equal(set.size, 1);
});

test('channels come and go while a wait is pending', async () => {
  const set = new ChannelSet<number>();
  const [first] = lines(set, 1) as [Line];
  const waiting = set.wait();
  await turn();
  const [second] = lines(set, 1) as [Line];
  second.producer.tryWrite(numbered(1));
  assert.equal((await waiting)[0]!.channel, second.consumer.channel);
  set.delete(second.consumer);
  const emptied = set.wait();
  set.delete(first.consumer);
  assert.deepEqual(await emptied, []);
  assert.deepEqual(await set.wait(), []);
});

test('a member that is read out of turn is armed again', async () => {
  const set = new ChannelSet<number>();
  const [line] = lines(set, 1) as [Line];
  const waiting = set.wait();
  await turn();
  // Read between the signal and the turn in which it is heard, or just by somebody who looks.
  line.producer.tryWrite(numbered(1));
  assert.deepEqual(drain(line.consumer), [1]);
  await turn();
  assert.equal(line.consumer.inspect().incoming.control.interruptMask, 0);

  const packet = line.consumer.read();
  line.producer.tryWrite(numbered(2));
  const ref = await packet;
  await turn();
  assert.equal(ref.isReleased, false, 'a pending wait releases nothing');
  ref.release();
  await turn();
  line.producer.tryWrite(numbered(3));
  assert.deepEqual(
    (await waiting).map(({ value }) => value),
    [0],
  );
  assert.deepEqual(drain(line.consumer), [3]);
});

test('one that is being read is passed over until that is done', async () => {
  const set = new ChannelSet<number>();
  const [busy, other] = lines(set, 2) as [Line, Line];
  for (const n of [1, 2]) busy.producer.tryWrite(numbered(n));
  const batch = busy.consumer.tryReadBatch()!;
  assert.notEqual(batch.next(), null);
  const waiting = set.wait();
  await turn();
  other.producer.tryWrite(numbered(9));
  assert.deepEqual(
    (await waiting).map(({ value }) => value),
    [1],
  );
  drain(other.consumer);
  const next = set.wait();
  await turn();
  batch.commit();
  assert.deepEqual(
    (await next).map(({ value }) => value),
    [0],
  );
});

test('waits that always find something let the event loop have a turn', async () => {
  const set = new ChannelSet<number>();
  const [line] = lines(set, 1) as [Line];
  let isTurned = false;
  setImmediate(() => (isTurned = true));
  let waits = 0;
  while (waits < 10_000) {
    if (isTurned) break;
    line.producer.tryWrite(numbered(waits));
    assert.equal((await set.wait()).length, 1);
    assert.deepEqual(drain(line.consumer), [waits++]);
  }
  assert.ok(waits > 1 && waits <= 100, `${waits} waits`);
});

test('aborts and timeouts lose nothing', async () => {
  const set = new ChannelSet<number>();
  const [line] = lines(set, 1) as [Line];
  const controller = new AbortController();
  const waiting = set.wait({ signal: controller.signal });
  controller.abort(new Error('enough'));
  line.producer.tryWrite(numbered(1));
  await assert.rejects(waiting, /enough/);
  assert.equal((await set.wait()).length, 1);
  await assert.rejects(set.wait({ signal: AbortSignal.abort(new Error('before')) }), /before/);
  await assert.rejects(set.wait({ timeoutMs: -1 }), RangeError);
});

test('mistakes', async () => {
  const set = new ChannelSet();
  const [unused] = connectedChannels({ ringBytes: 4096 });
  assert.throws(() => set.add(unused), TypeError);
  const [a, b] = connectedQueues({ ringBytes: 4096 });
  set.add(a);
  assert.throws(() => set.add(a), TypeError);
  assert.throws(() => new ChannelSet().add(a.channel), TypeError);
  assert.throws(() => set.waitSync(1), TypeError, 'their signals cannot block');
  const pending = set.wait();
  await assert.rejects(set.wait(), TypeError);
  assert.throws(() => set.waitSync(1), TypeError);
  set.clear();
  await pending;
  assert.equal(set.delete(a), false);
  b.close();
  a.close();
  assert.throws(() => set.add(a), ChannelError);
  const [c] = connectedChannels({ ringBytes: 4096 });
  set.add(new RequestChannel(c));
  assert.equal(set.has(c), true);
});

test('blocking, over one doorbell: woken by each of the channels, and only those that rang are looked at', (t) => {
  // All are looked at by time as well.
  t.mock.method(performance, 'now', () => 0);
  const bell = new Bell();
  const set = new ChannelSet<number>();
  const all = Array.from({ length: 50 }, (_, n) => {
    const [consumer, producer] = bellQueues(bell, new Bell());
    set.add(consumer, n);
    return watched(producer, consumer);
  });
  bell.meanwhile.push(() => all[7]!.producer.tryWrite(numbered(7)));
  assert.deepEqual(
    set.waitSync(60_000).map(({ value }) => value),
    [7],
  );
  assert.deepEqual(drain(all[7]!.consumer), [7]);
  for (const line of all) line.looks = 0;
  for (const n of [3, 9, 3]) {
    bell.meanwhile.push(
      () => {},
      () => all[n]!.producer.tryWrite(numbered(n)),
    );
    assert.deepEqual(
      set.waitSync(60_000).map(({ value }) => value),
      [n],
    );
    assert.deepEqual(drain(all[n]!.consumer), [n]);
  }
  assert.deepEqual(
    all.flatMap(({ looks }, n) => (looks > 0 ? [n] : [])),
    [3, 7, 9],
  );
  // One that always has something does not keep the others from being heard.
  for (let i = 0; i < 3; i++) all[0]!.producer.tryWrite(numbered(i));
  assert.deepEqual(
    set.waitSync(60_000).map(({ value }) => value),
    [0],
  );
  all[1]!.producer.tryWrite(numbered(1));
  all[0]!.consumer.tryRead();
  assert.deepEqual(
    set.waitSync(60_000).map(({ value }) => value),
    [0, 1],
  );
  drain(all[0]!.consumer);
  drain(all[1]!.consumer);
  // A peer that closes rings; one that dies does not.
  bell.meanwhile.push(() => all[4]!.producer.close());
  assert.deepEqual(
    set.waitSync(60_000).map(({ value }) => value),
    [4],
  );
  set.delete(all[4]!.consumer);
  bell.meanwhile.push(() => all[5]!.consumer.channel.signal.peerGone('died'));
  assert.deepEqual(
    set.waitSync(60_000).map(({ value }) => value),
    [5],
  );
  set.delete(all[5]!.consumer);
  assert.throws(
    () => set.waitSync(0),
    (error) => error instanceof ChannelError && error.code === 'TimedOut',
  );
  const [stranger] = bellQueues(new Bell(), new Bell());
  set.add(stranger);
  assert.throws(() => set.waitSync(0), TypeError);
  set.delete(stranger);
  set.clear();
  assert.deepEqual(set.waitSync(0), []);
});
