import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { Worker } from 'node:worker_threads';
import {
  Channel,
  createChannelPair,
  createDoorbell,
  createSignalPair,
  Doorbell,
  FlatRingMem,
  openChannel,
  openDoorbell,
  openSignal,
  Queue,
  type Signal,
} from '../../src/index.ts';
import { takeTurn } from '../../src/channel/event-loop-turn.ts';
import { END_UNOPENED } from '../../src/channel/signal.ts';

const ALREADY_OPEN = { name: 'ChannelError', code: 'AlreadyOpen' };

/** Both ends of `count` channels, the first ends of which wait at `doorbell`. */
function sharedQueues(doorbell: Doorbell, count: number): { ours: Queue; theirs: Queue }[] {
  return Array.from({ length: count }, () => {
    const [first, second] = createChannelPair({ ringBytes: 4096, doorbells: [doorbell, null] });
    return { ours: new Queue(openChannel(first, { doorbell })), theirs: new Queue(openChannel(second)) };
  });
}

function spuriousOf(queue: Queue): number {
  return queue.inspect().signals.spurious;
}

describe('the slots of a doorbell', () => {
  it('are 1 to 1024', () => {
    for (const slots of [0, -1, 1.5, 1025, NaN, Infinity, '3']) {
      assert.throws(() => createDoorbell(slots as number), RangeError, String(slots));
    }
    for (const slots of [1, 33, 1024]) assert.equal(openDoorbell(createDoorbell(slots)).slots, slots);
    assert.equal(openDoorbell(createDoorbell()).slots, 32);
  });

  it('can all be taken, and be used again when they are free', () => {
    const doorbell = openDoorbell(createDoorbell(40));
    const queues = sharedQueues(doorbell, 40);
    const options = { ringBytes: 4096, doorbells: [doorbell, null] } as const;
    for (let i = 0; i < 3; i++) assert.throws(() => createChannelPair(options), { name: 'RangeError', message: /40/ });
    queues[17]!.ours.close();
    const [first, second] = createChannelPair(options);
    assert.equal(first.doorbells[0]?.slot, 17);
    assert.throws(() => createChannelPair(options), RangeError);
    const again = new Queue(openChannel(first, { doorbell }));
    const peer = new Queue(openChannel(second));
    // The one that had it before closes a second time, and does its peer: that is of no concern to the new one.
    queues[17]!.ours.channel.signal.close();
    queues[17]!.theirs.close();
    peer.tryWrite(Uint8Array.of(4));
    assert.equal(again.readSync(1000).readAll()[0], 4);
    assert.throws(() => createChannelPair(options), RangeError);
    for (const { ours, theirs } of [...queues, { ours: again, theirs: peer }]) {
      ours.close();
      theirs.close();
    }
    for (const { ours } of sharedQueues(doorbell, 40)) ours.close();
  });

  it('are not lost when a pair cannot be made', () => {
    const roomy = openDoorbell(createDoorbell(1));
    const full = openDoorbell(createDoorbell(1));
    createSignalPair({ doorbells: [full, null] });
    for (const doorbells of [
      [roomy, full],
      [full, roomy],
      [roomy, roomy],
    ] as const) {
      assert.throws(() => createSignalPair({ doorbells }), RangeError);
      assert.throws(() => createChannelPair({ ringBytes: 4096, doorbells }), RangeError);
    }
    for (const doorbell of [{}, { kind: 'vmbus-ring/doorbell', memory: new SharedArrayBuffer(8) }]) {
      assert.throws(() => createSignalPair({ doorbells: [roomy, doorbell as never] }), { code: 'InvalidHandle' });
    }
    assert.throws(() => createChannelPair({ ringBytes: 1, doorbells: [roomy, null] }), { code: 'InvalidRingMemory' });
    assert.throws(() => createSignalPair({ doorbells: [new Doorbell(new Int32Array(80), null), roomy] }), {
      code: 'InvalidHandle',
    });
    const [handle] = createSignalPair({ doorbells: [roomy, null] });
    assert.equal(handle.doorbells[0]?.slot, 0);
  });

  it('are had by one channel each', () => {
    const doorbell = openDoorbell(createDoorbell(2));
    const [first] = createSignalPair({ doorbells: [doorbell, null] });
    const [second] = createSignalPair({ doorbells: [doorbell, null] });
    const signal = openSignal(first, { doorbell });
    const forged = { ...second, doorbells: first.doorbells };
    assert.throws(() => openSignal(forged, { doorbell }), { code: 'InvalidHandle' });
    openSignal(second, { doorbell }).close();
    signal.close();
  });
});

describe('a doorbell', () => {
  it('is opened once', () => {
    const handle = createDoorbell(1);
    openDoorbell(handle);
    assert.throws(() => openDoorbell(handle), ALREADY_OPEN);
    assert.throws(() => openDoorbell(structuredClone(handle)), ALREADY_OPEN);
  });

  it('counts rings that come before an end is opened', async () => {
    const doorbell = openDoorbell(createDoorbell(2));
    const [ours, theirs] = createSignalPair({ doorbells: [doorbell, null] });
    const seen = doorbell.count();
    const peer = openSignal(theirs);
    peer.notify();
    assert.ok(doorbell.waitSync(seen, 0));
    const rings = [new FlatRingMem(4096), new FlatRingMem(4096)] as const;
    const remote = new Queue(new Channel({ incoming: rings[0], outgoing: rings[1], signal: peer }));
    remote.tryWrite(Uint8Array.of(9));
    const signal = openSignal(ours, { doorbell });
    const local = new Queue(new Channel({ incoming: rings[1], outgoing: rings[0], signal }));
    assert.equal((await local.read()).readAll()[0], 9);
    remote.close();
    local.close();
  });

  it('wakes each of 200 channels by its own rings only', async () => {
    const doorbell = openDoorbell(createDoorbell(200));
    const queues = sharedQueues(doorbell, 200);
    const got: number[] = [];
    const reading = queues.map(async ({ ours }) => {
      for await (const packet of ours) got.push(new DataView(packet.readAll().buffer).getUint16(0));
    });
    for (let round = 0; round < 5; round++) {
      await takeTurn();
      // Every third channel, none in order.
      for (let i = 0; i < 200; i += 3) {
        const number = (i * 67) % 200;
        queues[number]!.theirs.tryWrite(new Uint8Array(Uint16Array.of((number << 8) | (number >> 8)).buffer));
      }
    }
    await takeTurn();
    for (const { theirs } of queues) theirs.close();
    await Promise.all(reading);
    const expected = [...new Array(67).keys()].flatMap((i) => new Array<number>(5).fill((i * 3 * 67) % 200));
    assert.deepEqual(
      got.toSorted((a, b) => a - b),
      expected.toSorted((a, b) => a - b),
    );
    for (const { ours } of queues) {
      assert.ok(ours.inspect().signals.received <= 6);
      assert.equal(spuriousOf(ours), 0);
      ours.close();
    }
  });

  it('is blocked at by one channel while the others are rung for: none of them misses it', async () => {
    const doorbell = openDoorbell(createDoorbell(50));
    const [sleeper, ...others] = sharedQueues(doorbell, 50);
    const reading = others.map(({ ours }) => ours.read());
    for (const { theirs } of others) theirs.tryWrite(Uint8Array.of(5));
    assert.throws(() => sleeper!.ours.readSync(20), { code: 'TimedOut' });
    for (const packet of await Promise.all(reading)) assert.equal(packet.readAll()[0], 5);
    assert.equal(spuriousOf(sleeper!.ours), 0);
    sleeper!.theirs.tryWrite(Uint8Array.of(6));
    assert.equal(sleeper!.ours.readSync(1000).readAll()[0], 6);
    for (const { ours, theirs } of [sleeper!, ...others]) {
      ours.close();
      theirs.close();
    }
  });

  it('lets a peer that rings without end neither starve this thread nor end a wait', async () => {
    const [ours, theirs] = createSignalPair();
    const signal = openSignal(ours);
    const rings = [new FlatRingMem(4096), new FlatRingMem(4096)] as const;
    const queue = new Queue(new Channel({ incoming: rings[0], outgoing: rings[1], signal }));
    const worker = new Worker(new URL('./workers/ringer.ts', import.meta.url), { workerData: theirs });
    await once(worker, 'message');
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await assert.rejects(queue.read({ timeoutMs: 100 }), { code: 'TimedOut' });
    clearInterval(timer);
    assert.ok(turns > 5, `${turns} turns`);
    assert.ok(queue.inspect().signals.spurious > 0);
    queue.close();
    await worker.terminate();
  });

  it('gives the event loop a turn among wake-ups without end', async () => {
    const [ours, theirs] = createSignalPair().map((handle) => openSignal(handle)) as [Signal, Signal];
    const seen = ours.count();
    let wakes = 0;
    let isOver = false;
    const wake = (): void => {
      if (isOver || ++wakes > 1_000_000) return;
      theirs.notify();
      // It knows of the first of all these rings only.
      ours.listen(seen, wake);
    };
    theirs.notify();
    ours.listen(seen, wake);
    await takeTurn();
    isOver = true;
    assert.ok(wakes < 10_000, `${wakes} wake-ups`);
    ours.close();
    theirs.close();
  });

  it('misses no ring that comes while others are collected', (t) => {
    const [ours, theirs] = createSignalPair().map((handle) => openSignal(handle)) as [Signal, Signal];
    const { exchange } = Atomics;
    let interleaved = 0;
    t.mock.method(Atomics, 'exchange', (words: Int32Array, index: number, value: number) => {
      const bits = exchange(words, index, value);
      if (interleaved++ === 0) theirs.notify();
      return bits;
    });
    theirs.notify();
    const first = ours.count();
    assert.equal(interleaved, 1);
    assert.notEqual(ours.count(), first);
    ours.close();
    theirs.close();
  });

  it('notices between its rings that the peer closes', async () => {
    const doorbell = openDoorbell(createDoorbell(3));
    const queues = sharedQueues(doorbell, 3);
    const reading = queues.map(({ ours }) => ours.read());
    queues[1]!.theirs.close();
    await assert.rejects(reading[1]!, { code: 'PeerClosed' });
    queues[0]!.theirs.tryWrite(Uint8Array.of(1));
    assert.equal((await reading[0]!).readAll()[0], 1);
    queues[2]!.ours.close();
    await assert.rejects(reading[2]!, { code: 'Closed' });
    for (const { ours, theirs } of queues) {
      ours.close();
      theirs.close();
    }
  });

  it('that could not serve a channel leaves its end to be opened', () => {
    const doorbell = openDoorbell(createDoorbell(1));
    const [handle] = createChannelPair({ ringBytes: 4096, doorbells: [doorbell, null] });
    assert.throws(() => openChannel(handle), { code: 'InvalidHandle' });
    const channel = openChannel(handle, { doorbell });
    assert.equal(channel.signal.state, 'open');
    assert.equal(Atomics.load(channel.signal.states, 1), END_UNOPENED);
    channel.close();
  });
});
