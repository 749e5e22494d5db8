import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import {
  BytePipe,
  Channel,
  type ChannelParts,
  createSignals,
  FlatRingMem,
  MessagePipe,
  OutgoingPacketType,
  type SavedChannel,
} from '../../src/index.ts';
import { assertChannelError } from '../channel/ends.ts';
import { checkProperty } from '../support/property.ts';
import { numbered, pipeHeader, sendPacket } from './hostile-peer.ts';

interface Ends {
  readonly parts: ChannelParts;
  readonly channel: Channel;
  readonly peer: Channel;
}

function connect(): Ends {
  const [a, b] = [new FlatRingMem(4096), new FlatRingMem(8192)];
  const [ours, theirs] = createSignals();
  const parts = { incoming: a, outgoing: b, signal: ours };
  return { parts, channel: new Channel(parts), peer: new Channel({ incoming: b, outgoing: a, signal: theirs }) };
}

const throughJson = (saved: SavedChannel): SavedChannel => JSON.parse(JSON.stringify(saved)) as SavedChannel;

const restored = (parts: ChannelParts, saved: SavedChannel): BytePipe =>
  new BytePipe(Channel.restore(parts, throughJson(saved)));

/** What went one way, and what came out. */
class Way {
  sent = 0;
  received = 0;
  #isOver = false;

  write(pipe: BytePipe, length: number): void {
    if (!pipe.writer.isEnded) this.sent += pipe.tryWrite(numbered(length, this.sent));
  }

  /** Reads up to `length` bytes; false where there is nothing now, or nothing more. */
  read(pipe: BytePipe, length: number): boolean {
    const target = new Uint8Array(length);
    const count = pipe.tryRead(target);
    if (count === null) return false;
    assert.deepEqual(target.subarray(0, count), numbered(count, this.received % 251));
    this.received += count;
    if (count === 0) this.#isOver = true;
    else assert.ok(!this.#isOver, 'bytes behind the end');
    return count > 0;
  }

  assertWhole(pipe: BytePipe): void {
    while (this.read(pipe, 1000));
    assert.equal(this.received, this.sent);
    assert.ok(this.#isOver, 'the end');
    assert.equal(pipe.inspect().incoming.filledBytes, 0);
  }
}

test('a byte pipe that is saved and restored at any moment goes on at the byte', (t: TestContext) => {
  const operation = fc.record({ what: fc.nat(5), length: fc.integer({ min: 1, max: 3000 }) });
  const operations = fc.array(operation, { maxLength: 200 });
  const property = fc.property(operations, fc.nat(400), fc.nat(400), (steps, endOfOurs, endOfTheirs) => {
    const { parts, channel, peer } = connect();
    let local = new BytePipe(channel);
    const remote = new BytePipe(peer);
    const [out, back] = [new Way(), new Way()];
    const end = (pipe: BytePipe, behind: Way, reader: BytePipe): void => {
      if (pipe.writer.isEnded) return;
      while (behind.read(reader, 1000));
      pipe.endSync();
    };
    for (const [step, { what, length }] of steps.entries()) {
      if (step === endOfOurs) end(local, out, remote);
      if (step === endOfTheirs) end(remote, back, local);
      if (what === 0) out.write(local, length);
      else if (what === 1) back.write(remote, length);
      else if (what === 2) out.read(remote, length);
      else if (what === 3) back.read(local, length);
      else local = restored(parts, local.channel.save());
    }
    end(local, out, remote);
    end(remote, back, local);
    local = restored(parts, local.channel.save());
    assert.equal(local.inspect().writeEnded, true);
    out.assertWhole(remote);
    back.assertWhole(local);
    local = restored(parts, local.channel.save());
    assert.equal(local.tryRead(new Uint8Array(1)), 0, 'the end is still known');
  });
  checkProperty(t, property, 100);
});

test('a packet that was read in part stays in the ring, and is read on', async () => {
  const { parts, channel, peer } = connect();
  const before = new BytePipe(channel);
  const remote = new BytePipe(peer);
  remote.tryWrite(numbered(100));
  assert.equal(before.tryRead(new Uint8Array(30)), 30);
  const saved = before.channel.save();
  assert.deepEqual(saved.state, { position: 30, readEnded: false, writeEnded: false });
  const after = restored(parts, saved);
  assert.equal(after.inspect().partialBytes, 30);
  assert.deepEqual(after.channel.save(), saved, 'saved again before it was read');
  const target = new Uint8Array(100);
  assert.equal(await after.read(target), 70);
  assert.deepEqual(target.subarray(0, 70), numbered(70, 30));
  assert.equal(after.inspect().incoming.filledBytes, 0);
  assert.equal(after.inspect().partialBytes, 0);
});

test('an end stays one, and one that is pending or was given up is none', async () => {
  const { parts, channel } = connect();
  const pipe = new BytePipe(channel);
  while (pipe.tryWrite(numbered(1)) > 0);
  const aborter = new AbortController();
  const ended = pipe.end({ signal: aborter.signal });
  assert.throws(() => pipe.channel.save(), TypeError);
  aborter.abort();
  const given = pipe.channel.save();
  await assert.rejects(ended);
  assert.deepEqual(given.state, { position: 0, readEnded: false, writeEnded: false });
  const other = connect();
  const over = new BytePipe(other.channel);
  over.endSync();
  const after = restored(other.parts, over.channel.save());
  await assertChannelError('WriteAfterEnd', () => after.tryWrite(numbered(1)));
  await after.end();
  after.endSync();
  assert.equal(after.inspect().outgoing.filledBytes, 32);
  assert.equal(restored(parts, given).tryWrite(numbered(1)), 0);
});

test('a peer that changes the packet meanwhile closes the channel', async () => {
  for (const length of [0, 29, 30, 101, 0xffff_ffff]) {
    const { parts, channel, peer } = connect();
    const before = new BytePipe(channel);
    sendPacket(peer, [pipeHeader(1, 100), numbered(100)], OutgoingPacketType.InBandNoCompletion);
    before.tryRead(new Uint8Array(30));
    const saved = before.channel.save();
    peer.outgoing.mem().writeAt(16, pipeHeader(1, length));
    const after = restored(parts, saved);
    const target = new Uint8Array(100);
    if (length === 101) assert.equal(after.tryRead(target), 71, 'padding that the peer says is none');
    else await assertChannelError('UnexpectedPacket', () => after.tryRead(target), `${length}`);
    assert.equal(after.channel.isClosed, length !== 101);
    if (length !== 101) assert.equal(after.inspect().incoming.offset['nextOut'], 0, 'nothing is consumed');
  }
});

const NONSENSE: readonly (readonly [unknown, typeof TypeError | typeof RangeError])[] = [
  [undefined, TypeError],
  [null, TypeError],
  [7, TypeError],
  ['state', TypeError],
  [[], TypeError],
  [{}, TypeError],
  ...[-1, 0.5, Number.NaN, 2 ** 53, 4056, '3', null, undefined].map(
    (position) => [{ position, readEnded: false, writeEnded: false }, RangeError] as const,
  ),
  [{ position: 0, readEnded: 0, writeEnded: false }, TypeError],
  [{ position: 0, readEnded: false }, TypeError],
  [{ position: 8, readEnded: true, writeEnded: false }, RangeError],
];
test('nonsense is refused', () => {
  for (const [state, kind] of NONSENSE) {
    const { parts, channel } = connect();
    const saved = new BytePipe(channel).channel.save();
    assert.throws(() => new BytePipe(Channel.restore(parts, { ...saved, state })), kind, JSON.stringify(state));
  }
});

test('a message pipe goes on as it was, raw or not', () => {
  for (const raw of [false, true]) {
    const { parts, channel, peer } = connect();
    const before = new MessagePipe(channel, { raw });
    const remote = new MessagePipe(peer, { raw });
    for (const first of [1, 2]) remote.trySend(numbered(8, first));
    assert.deepEqual(before.tryReceive(), numbered(8, 1));
    const saved = throughJson(before.channel.save());
    assert.deepEqual(saved.state, { raw });
    assert.throws(() => new MessagePipe(Channel.restore(parts, saved), { raw: !raw }), TypeError);
    for (const state of [undefined, null, {}, { raw: 1 }, 'raw']) {
      assert.throws(() => new MessagePipe(Channel.restore(parts, { ...saved, state }), { raw }), TypeError);
    }
    assert.throws(() => new BytePipe(Channel.restore(parts, saved)), TypeError);
    const after = new MessagePipe(Channel.restore(parts, saved), { raw });
    assert.deepEqual(after.tryReceive(), numbered(8, 2));
    assert.ok(after.trySend(numbered(8)));
    assert.deepEqual(remote.tryReceive(), numbered(8));
  }
});

test('an end that nobody had used is free for all', () => {
  const { parts, channel } = connect();
  const saved = channel.save();
  assert.equal(saved.user, null);
  assert.equal(restored(parts, saved).tryWrite(numbered(3)), 3);
});
