import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import {
  Channel,
  ChannelError,
  ChannelSet,
  createSignals,
  FlatRingMem,
  OutgoingPacketType,
  Queue,
  RequestChannel,
  type SavedChannel,
  VmbusRingError,
} from '../../src/index.ts';
import { checkProperty } from '../support/property.ts';

interface Ends {
  readonly parts: ConstructorParameters<typeof Channel>[0];
  readonly local: Queue;
  readonly peer: Queue;
}

function connect(): Ends {
  const [a, b] = [new FlatRingMem(4096), new FlatRingMem(8192)];
  const [ours, theirs] = createSignals();
  const parts = { incoming: a, outgoing: b, signal: ours };
  return {
    parts,
    local: new Queue(new Channel(parts)),
    peer: new Queue(new Channel({ incoming: b, outgoing: a, signal: theirs })),
  };
}

const throughJson = (saved: SavedChannel): SavedChannel => JSON.parse(JSON.stringify(saved)) as SavedChannel;

/** Restored over the same memory, through JSON. */
function restored({ parts }: Ends, saved: SavedChannel): Queue {
  return new Queue(Channel.restore(parts, throughJson(saved)));
}

test('an end that is saved and restored at any moment goes on exactly', (t) => {
  const property = fc.property(fc.array(fc.nat(99), { maxLength: 300 }), (operations) => {
    const ends = connect();
    let { local } = ends;
    const { peer } = ends;
    const sent: [number, number] = [0, 0];
    const received: [number, number] = [0, 0];
    const write = (queue: Queue, way: 0 | 1, size: number): void => {
      if (queue.tryWrite(new Uint8Array(8 * (1 + size)).fill(sent[way] & 0xff))) sent[way]++;
    };
    const read = (queue: Queue, way: 0 | 1): void => {
      const packet = queue.tryRead();
      if (packet === null) return;
      assert.equal(packet.readAll()[0], received[way]++ & 0xff);
      packet.release();
    };
    for (const operation of operations) {
      if (operation < 30) write(local, 0, operation);
      else if (operation < 50) write(peer, 1, operation - 30);
      else if (operation < 70) read(local, 1);
      else if (operation < 90) read(peer, 0);
      else local = restored(ends, local.channel.save());
    }
    local = restored(ends, local.channel.save());
    for (let i = 0; i < 400; i++) {
      read(local, 1);
      read(peer, 0);
    }
    assert.deepEqual(received, sent);
  });
  checkProperty(t, property, 100);
});

test('a restored end is woken, and wakes', async () => {
  const ends = connect();
  const before = ends.local.read();
  ends.peer.tryWrite(Uint8Array.of(1));
  (await before).release();
  const local = restored(ends, ends.local.channel.save());
  assert.equal(local.inspect().incoming.control.interruptMask, 1);
  const packet = local.read();
  const answer = ends.peer.read();
  ends.peer.tryWrite(Uint8Array.of(2));
  assert.equal((await packet).readAll()[0], 2);
  local.tryWrite(Uint8Array.of(3));
  assert.equal((await answer).readAll()[0], 3);
});

const BUSY: readonly (readonly [string, (ends: Ends) => unknown])[] = [
  ['a read is pending', ({ local }) => local.read().catch(() => {})],
  [
    'a write is pending',
    ({ local }) => {
      while (local.tryWrite(new Uint8Array(1000)));
      return local.write(new Uint8Array(1000)).catch(() => {});
    },
  ],
  ['a batch is being read', ({ local }) => local.tryReadBatch()],
  ['a packet is not released', ({ local }) => local.tryRead()],
  ['an empty batch is open', ({ local }) => local.writeBatch()],
  ['a batch is not published', ({ local }) => local.writeBatch().tryWrite(new Uint8Array(8))],
  [
    'it is in a set that waits',
    ({ local, peer }) => {
      local.tryRead()!.release();
      void peer;
      return new ChannelSet()
        .add(local)
        .wait()
        .catch(() => {});
    },
  ],
];
for (const [name, begin] of BUSY) {
  test(`not saved while ${name}`, () => {
    const ends = connect();
    ends.peer.tryWrite(Uint8Array.of(1));
    if (name.includes('read is pending')) ends.local.tryRead()!.release();
    void begin(ends);
    assert.throws(() => ends.local.channel.save(), TypeError);
    ends.local.close();
  });
}

test('not saved once it is closed', () => {
  const { local } = connect();
  local.close();
  assert.throws(() => local.channel.save(), ChannelError);
});

const kinds = { TypeError, RangeError, VmbusRingError };
const BROKEN: readonly (readonly [string, (saved: SavedChannel) => unknown, keyof typeof kinds])[] = [
  ['nothing', () => null, 'TypeError'],
  ['no version', (saved) => ({ ...saved, version: undefined }), 'RangeError'],
  ['another version', (saved) => ({ ...saved, version: 2 }), 'RangeError'],
  ['no ring', (saved) => ({ ...saved, incoming: undefined }), 'TypeError'],
  ['no user', (saved) => ({ ...saved, user: 7 }), 'TypeError'],
  ['the other way round', (saved) => ({ ...saved, incoming: saved.outgoing, outgoing: saved.incoming }), 'RangeError'],
  ...[-8, 4, 4096, 8.5, Number.NaN, '32', null, 2 ** 40].map(
    (offset): [string, (saved: SavedChannel) => unknown, keyof typeof kinds] => [
      `offset ${String(offset)}`,
      (saved) => ({ ...saved, incoming: { ringBytes: 4096, offset } }),
      'RangeError',
    ],
  ),
  [
    'another place to read from',
    (saved) => ({ ...saved, incoming: { ringBytes: 4096, offset: 64 } }),
    'VmbusRingError',
  ],
  ['another place to write to', (saved) => ({ ...saved, outgoing: { ringBytes: 8192, offset: 64 } }), 'VmbusRingError'],
];
for (const [name, broken, kind] of BROKEN) {
  test(`not restored, and nothing is written: ${name}`, () => {
    const ends = connect();
    ends.peer.tryWrite(Uint8Array.of(1));
    ends.local.tryRead()!.release();
    const saved = throughJson(ends.local.channel.save());
    const control = ends.parts.incoming.control();
    control[2] = 77;
    assert.throws(() => Channel.restore(ends.parts, broken(saved) as SavedChannel), kinds[kind]);
    if (kind === 'VmbusRingError') {
      assert.throws(
        () => Channel.restore(ends.parts, broken(saved) as SavedChannel),
        (error) => error instanceof VmbusRingError && error.code === 'InvalidRingPointer',
      );
    }
    assert.equal(control[2], 77);
    Channel.restore(ends.parts, saved);
  });
}

test('the class that used it goes on with it, no other one', () => {
  const ends = connect();
  const saved = ends.local.channel.save();
  assert.equal(saved.user, 'Queue');
  assert.throws(() => new RequestChannel(Channel.restore(ends.parts, saved)), TypeError);
});

test('requests: ids go on, and nothing under way is lost', async (t: TestContext) => {
  const connectRequests = (): { parts: Ends['parts']; client: RequestChannel; peer: Queue } => {
    const [a, b] = [new FlatRingMem(8192), new FlatRingMem(8192)];
    const [ours, theirs] = createSignals();
    const parts = { incoming: a, outgoing: b, signal: ours };
    const client = new RequestChannel(new Channel(parts), { raw: true });
    return { parts, client, peer: new Queue(new Channel({ incoming: b, outgoing: a, signal: theirs })) };
  };
  await t.test('ids', async () => {
    const { parts, client, peer } = connectRequests();
    const call = client.call(new Uint8Array(8));
    assert.throws(() => client.channel.save(), TypeError);
    peer.tryWrite({ transactionId: 1n, typ: OutgoingPacketType.Completion });
    await call;
    const saved = throughJson(client.channel.save());
    const next = new RequestChannel(Channel.restore(parts, saved), { raw: true });
    next.call(new Uint8Array(8)).catch(() => {});
    assert.deepEqual([(await peer.read()).transactionId, (await peer.read()).transactionId], [1n, 2n]);
    for (const nextId of [0, -1, 1.5, '7']) {
      const channel = Channel.restore(
        { ...parts, signal: createSignals()[0] },
        {
          ...saved,
          outgoing: { ringBytes: 8192, offset: next.inspect().outgoing.control.in },
          state: { nextId },
        },
      );
      assert.throws(() => new RequestChannel(channel), RangeError);
    }
    next.close();
  });
  await t.test('held requests', async () => {
    const { client, peer } = connectRequests();
    const call = client.call(new Uint8Array(8));
    peer.tryWrite({ transactionId: 9n, typ: OutgoingPacketType.InBandWithCompletion });
    peer.tryWrite({ transactionId: 1n, typ: OutgoingPacketType.Completion });
    await call;
    assert.equal(client.counts.held, 1);
    assert.throws(() => client.channel.save(), TypeError);
  });
});
