// What a request channel keeps in memory, and when it reads the caller's bytes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { connectedChannels, OutgoingPacketType, packetSize, Queue, RequestChannel } from '../../src/index.ts';
import { complete, connect, isCode, turns, withRawPeer } from './request-ends.ts';

const LARGE = new Uint8Array(4000);

test('requests that nobody serves are held up to so many bytes; the last one may go beyond', async () => {
  const { client, peer, reports } = withRawPeer({ maximumHeldBytes: 2 * packetSize(LARGE) + 8 });
  const call = client.call(new Uint8Array(8));
  for (let i = 0; i < 10; i++) peer.tryWrite(LARGE);
  complete(peer, 1n);
  await turns();
  assert.deepEqual([client.counts.held, client.inspect().incoming.packets], [3, 3]);
  assert.deepEqual(reports, [{ kind: 'unserved', transactionId: null }]);

  let served = 0;
  const controller = new AbortController();
  const serving = client.serve(
    async () => {
      served++;
      assert.ok(client.counts.held <= 3, `${client.counts.held} are held`);
      await turn();
    },
    { concurrency: 1, signal: controller.signal },
  );
  await call;
  await turns(20);
  assert.deepEqual([served, client.counts.held], [10, 0]);
  controller.abort(new Error('enough'));
  await assert.rejects(serving, /enough/);

  // What was held is counted no more.
  const next = client.call(new Uint8Array(8));
  for (let i = 0; i < 5; i++) peer.tryWrite(LARGE);
  await turns();
  assert.equal(client.counts.held, 3);
  client.close();
  await assert.rejects(next, isCode('Closed'));
});

test('one request is held, however large', async () => {
  const { client, peer } = withRawPeer({ maximumHeldBytes: 1 });
  const call = client.call(new Uint8Array(8));
  peer.tryWrite(new Uint8Array(60_000));
  complete(peer, 1n);
  await turns();
  assert.equal(client.counts.held, 1);
  const serving = client.serve(() => {});
  await call;
  peer.close();
  await serving;
});

const DEFAULTS: readonly (readonly [ringBytes: number, payloadBytes: number, boundBytes: number])[] = [
  [65536, 60_000, 1 << 20],
  [1 << 20, 500_000, 2 << 20],
];
for (const [ringBytes, payloadBytes, boundBytes] of DEFAULTS) {
  test(`of a ring of ${ringBytes} bytes, ${boundBytes} are held unless it is said otherwise`, async () => {
    const [ours, theirs] = connectedChannels({ ringBytes });
    const client = new RequestChannel(ours, { raw: true });
    const peer = new Queue(theirs);
    const call = client.call(new Uint8Array(8));
    const payload = new Uint8Array(payloadBytes);
    for (let i = 0; i < 60 && peer.tryWrite(payload); i++) await turns(2);
    assert.equal(client.counts.held, Math.ceil(boundBytes / packetSize(payload)));
    client.close();
    await assert.rejects(call, isCode('Closed'));
  });
}

test('bounds that are none', () => {
  for (const maximumHeldBytes of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    const [channel] = connectedChannels({ ringBytes: 4096 });
    assert.throws(() => new RequestChannel(channel, { maximumHeldBytes }), RangeError);
  }
});

for (const way of ['call', 'post'] as const) {
  test(`the bytes of a ${way} that waits in line are read when it is its turn, as those of a write are`, async () => {
    const [ours, theirs] = connectedChannels({ ringBytes: 4096 });
    const client = new RequestChannel(ours, { raw: true });
    const peer = new Queue(theirs);
    const payload = new Uint8Array(1600).fill(1);
    const sending = [1, 2, 3].map(() => client[way](payload));
    payload.fill(9);
    const seen: (number | undefined)[] = [];
    for (let i = 1n; i <= 3n; i++) {
      const packet = await peer.read();
      seen.push(packet.readAll()[0]);
      packet.release();
      if (way === 'call') complete(peer, i);
    }
    await Promise.all(sending);
    assert.deepEqual(seen, [1, 1, 9]);
    client.close();
  });
}

test('a payload may come in pieces, and the list of them is free again at once', async () => {
  const { client, server } = connect({ maximumOutstanding: 1 });
  const seen: number[][] = [];
  const serving = server.serve(({ payload }) => {
    seen.push([...payload]);
    return payload;
  });
  const pieces = [Uint8Array.of(1, 2, 3), new Uint8Array(0), Uint8Array.of(4)];
  // The second one waits for the first one's place in the table.
  const calls = [client.call(pieces), client.call(pieces)];
  pieces.push(Uint8Array.of(5));
  for (const call of calls) assert.deepEqual([...(await call)], [1, 2, 3, 4]);
  await client.post(pieces);
  assert.deepEqual([...(await client.call([]))], []);
  assert.deepEqual(seen, [[1, 2, 3, 4], [1, 2, 3, 4], [1, 2, 3, 4, 5], []]);
  await assert.rejects(client.call(['text'] as unknown as Uint8Array[]), TypeError);
  client.close();
  await serving;
});

test('a raw payload in pieces is one payload, padded once', async () => {
  const { client, peer } = withRawPeer({ maximumOutstanding: 1 });
  const pieces = [Uint8Array.of(1), Uint8Array.of(2)];
  const calls = [client.call(pieces), client.call(pieces)];
  pieces.push(Uint8Array.of(3));
  for (const id of [1n, 2n]) {
    assert.deepEqual([...(await peer.read()).readAll()], [1, 2, 0, 0, 0, 0, 0, 0]);
    complete(peer, id);
  }
  await Promise.all(calls);
});

/** Packets that one who never has to wait may take before others have a turn: as many as the reader takes, with some to spare. */
const PACKETS_BEFORE_A_TURN = 1000;

/** Calls `next` for each packet taken, each of which brings another; resolves with how many came before the event loop had a turn. */
function packetsBeforeATurn(begin: (next: () => boolean) => void): Promise<number> {
  return new Promise((resolve) => {
    let packets = 0;
    let isTurned = false;
    begin(() => !isTurned && ++packets < 100 * PACKETS_BEFORE_A_TURN);
    setImmediate(() => {
      isTurned = true;
      resolve(packets);
    });
  });
}

test('completions without end let the event loop have a turn', async () => {
  const [ours, theirs] = connectedChannels({ ringBytes: 4096 });
  const peer = new Queue(theirs);
  let next = (): boolean => false;
  const client = new RequestChannel(ours, { raw: true, onUnexpected: () => void (next() && complete(peer, 99n)) });
  const call = client.call(new Uint8Array(8));
  const packets = await packetsBeforeATurn((further) => {
    next = further;
    complete(peer, 99n);
  });
  assert.ok(packets > 100 && packets <= PACKETS_BEFORE_A_TURN, `${packets} packets`);
  client.close();
  await assert.rejects(call, isCode('Closed'));
});

test('requests without end let the event loop have a turn', async () => {
  const { client, peer } = withRawPeer();
  const packet = { payload: LARGE, typ: OutgoingPacketType.InBandNoCompletion };
  let serving: Promise<void> = Promise.resolve();
  const packets = await packetsBeforeATurn((next) => {
    peer.tryWrite(packet);
    serving = client.serve(() => void (next() && peer.tryWrite(packet)));
  });
  assert.ok(packets > 100 && packets <= PACKETS_BEFORE_A_TURN, `${packets} packets`);
  peer.close();
  await serving;
});
