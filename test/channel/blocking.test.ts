import assert from 'node:assert/strict';
import { it } from 'node:test';
import { packetSize, Queue } from '../../src/index.ts';
import { blockingChannels, type BlockingSignal } from './blocking-signal.ts';
import { assertChannelError, assertNothingAsked, assertRingFailure, Words } from './ends.ts';

const LARGE = new Uint8Array(4064);
const SMALL = Uint8Array.of(1, 2, 3);

interface Ends {
  readonly queue: Queue;
  readonly peer: Queue;
  readonly signal: BlockingSignal;
}

function blockingEnds(): Ends {
  const { channel, peer, signal } = blockingChannels();
  return { queue: new Queue(channel), peer: new Queue(peer), signal };
}

it('a blocked reader sleeps unmasked, and is woken by the writer', () => {
  const { queue, peer, signal } = blockingEnds();
  const words = new Words(queue, 'incoming');
  signal.sleeps.push(
    () => assert.equal(words.get('mask'), 0),
    () => signal.raise(),
    () => peer.tryWrite(SMALL),
  );
  assert.equal(queue.readSync().payloadLength, 8);
  assert.equal(words.get('mask'), 1);
  assert.deepEqual(signal.timesMs, [500, 500, 500], 'it looks after the peer now and then');
  const { received, spurious } = queue.inspect().signals;
  assert.deepEqual([received, spurious], [2, 1]);
  assert.equal(peer.inspect().signals.sent, 1);
});

it('a blocked reader has given back all that it read', () => {
  const { queue, peer, signal } = blockingEnds();
  assert.ok(peer.tryWrite(LARGE));
  queue.readSync();
  signal.sleeps.push(() => assert.ok(peer.tryWrite(LARGE)));
  assert.equal(queue.readSync().payloadLength, LARGE.length);
});

it('a blocked writer asks for room while it sleeps, and no longer', () => {
  const { queue, peer, signal } = blockingEnds();
  assert.ok(queue.tryWrite(LARGE));
  const words = new Words(queue, 'outgoing');
  signal.sleeps.push(
    () => assert.equal(words.get('pending'), 1024),
    () => peer.tryRead()?.release(),
  );
  queue.writeSync(SMALL, 60_000);
  assertNothingAsked(queue);
  assert.equal(peer.inspect().signals.sent, 1);
  assert.equal(queue.inspect().stalls, 1);
});

it('a blocked writer polls where the peer does not signal writers', () => {
  const { queue, peer, signal } = blockingEnds();
  assert.ok(queue.tryWrite(LARGE));
  new Words(queue, 'incoming').set('features', 0);
  for (let i = 0; i < 8; i++) signal.sleeps.push(() => {});
  signal.sleeps.push(() => {
    peer.tryRead();
    new Words(queue, 'outgoing').set('out', new Words(queue, 'outgoing').get('in'));
  });
  queue.writeSync(LARGE);
  assert.deepEqual(signal.timesMs, [1, 2, 4, 8, 16, 32, 64, 64, 64]);
  assert.equal(queue.inspect().polls, 9);
  assertNothingAsked(queue);
});

for (const [name, code, happens] of [
  ['time is over', 'TimedOut', () => {}],
  ['the peer closes', 'PeerClosed', ({ peer }: Ends) => peer.close()],
  ['the peer dies', 'PeerDied', ({ signal }: Ends) => signal.peerGone('died')],
] as const) {
  it(`blocked waits end when ${name}, and leave nothing behind`, async () => {
    for (const wait of [
      ({ queue }: Ends) => queue.writeSync(SMALL, 5),
      ({ queue }: Ends) => queue.writer.waitReadySync(4088, 5),
      ({ queue }: Ends) => queue.readSync(5),
      ({ queue }: Ends) => queue.reader.readBatchSync(5),
      ({ queue }: Ends) => queue.reader.waitReadySync(5),
    ]) {
      const ends = blockingEnds();
      assert.ok(ends.queue.tryWrite(LARGE));
      ends.signal.sleeps.push(() => happens(ends));
      await assertChannelError(code, () => wait(ends), String(wait));
      assertNothingAsked(ends.queue);
      assert.equal(new Words(ends.queue, 'incoming').get('mask'), 1);
      if (code !== 'TimedOut') continue;
      ends.peer.tryRead()?.release();
      assert.ok(ends.queue.tryWrite(SMALL), 'nobody is left in line');
      ends.peer.tryWrite(SMALL);
      assert.ok(ends.queue.tryRead() !== null);
    }
  });
}

it('a ring that becomes corrupt ends a blocked wait, whichever of the two it is', async () => {
  for (const spoil of [
    ({ queue }: Ends) => new Words(queue, 'incoming').set('in', 4),
    ({ queue }: Ends) => new Words(queue, 'outgoing').set('out', 4),
  ]) {
    const ends = blockingEnds();
    assert.ok(ends.queue.tryWrite(LARGE));
    const writing = assertRingFailure('InvalidRingPointer', () => ends.queue.write(SMALL));
    ends.signal.sleeps.push(() => spoil(ends));
    const error = await assertRingFailure('InvalidRingPointer', () => ends.queue.readSync(1000));
    assert.equal(await writing, error);
    assert.equal(await ends.queue.channel.closed, error);
  }
});

it('a packet that cannot be sent leaves no place in line, even if that is found out when its turn comes', async () => {
  const { queue, peer, signal } = blockingEnds();
  assert.ok(queue.tryWrite(LARGE));
  const first = queue.write(SMALL);
  signal.sleeps.push(() => peer.tryRead()?.release());
  assert.throws(() => queue.writeSync({ payload: SMALL, transactionId: -1 }), RangeError);
  await first;
  assert.ok(queue.tryWrite(SMALL));
  assertNothingAsked(queue);
});

it('asynchronous operations go on while the thread blocks in another one', async () => {
  const { queue, peer, signal } = blockingEnds();
  assert.ok(queue.tryWrite(LARGE));
  const request = queue.write(Uint8Array.of(7));
  // The peer answers what waits in line; it would never be sent if only the event loop did that.
  signal.sleeps.push(
    () => peer.tryRead()?.release(),
    () => {
      const packet = peer.tryRead();
      assert.ok(packet !== null, 'the request was sent');
      assert.ok(peer.tryWrite(packet.readAll()));
    },
  );
  assert.equal(queue.readSync(1000).view()?.[0], 7);
  await request;
});

it('a blocked writer takes its place behind those that wait already', async () => {
  const { queue, peer, signal } = blockingEnds();
  assert.ok(queue.tryWrite(LARGE));
  const first = queue.write(Uint8Array.of(1));
  const second = queue.write(Uint8Array.of(2));
  signal.sleeps.push(() => peer.tryRead()?.release());
  queue.writeSync(Uint8Array.of(3));
  assert.equal(queue.inspect().outgoing.filledBytes, 3 * packetSize(SMALL));
  await Promise.all([first, second]);
  assert.deepEqual(
    [...peer.tryReadBatch()!].map((packet) => packet.readAll()[0]),
    [1, 2, 3],
  );
});
