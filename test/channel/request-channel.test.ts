import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { announceSeed, scaleRuns } from '../support/property.ts';
import { Xorshift } from '../support/xorshift.ts';
import {
  type IncomingRequest,
  OutgoingPacketType,
  PagedRange,
  PipeHeader,
  type Queue,
  type RequestChannel,
} from '../../src/index.ts';
import { complete, connect, isCode, type Pair, turns, withRawPeer } from './request-ends.ts';

test('exact lengths survive, and completions find their calls in whatever order they come', async () => {
  const { client, server } = connect();
  const finish: (() => void)[] = [];
  void server
    .serve(({ payload }) => new Promise((resolve) => finish.push(() => resolve(payload.map((byte) => byte + 1)))), {
      concurrency: 64,
    })
    .catch(() => {});
  const calls = Array.from({ length: 40 }, (_, n) => client.call(new Uint8Array(n).fill(n)));
  await turns();
  assert.equal(finish.length, 40);
  for (const done of finish.toReversed()) done();
  for (const [n, answer] of (await Promise.all(calls)).entries()) {
    assert.deepEqual(answer, new Uint8Array(n).fill(n + 1));
    assert.equal(answer.buffer.byteLength, n, 'a copy of its own');
  }
  client.close();
});

test('raw payloads are padded; ids count up from 1; requests ask for completions', async () => {
  const { client, peer } = withRawPeer();
  const calls = [1, 2, 3].map((n) => client.call(Uint8Array.of(n)));
  for (const id of [1n, 2n, 3n]) {
    const packet = await peer.read();
    assert.deepEqual([packet.typ.kind, packet.transactionId, packet.completionRequested], ['InBand', id, true]);
    assert.deepEqual([...packet.readAll()], [Number(id), 0, 0, 0, 0, 0, 0, 0]);
  }
  for (const id of [3n, 1n, 2n]) complete(peer, id, Uint8Array.of(Number(id) * 2));
  assert.deepEqual(
    (await Promise.all(calls)).map(([byte]) => byte),
    [2, 4, 6],
  );
});

test('requests come with their external ranges, read and validated', async () => {
  const { client, server } = connect();
  const seen: IncomingRequest[] = [];
  void server.serve((request) => void seen.push(request)).catch(() => {});
  const range = PagedRange.of(10, 5000, [7n, 3n]);
  await client.call(Uint8Array.of(1), { typ: OutgoingPacketType.GpaDirect([range]) });
  await client.call(Uint8Array.of(2), {
    typ: OutgoingPacketType.TransferPages(9, [{ byteCount: 5, byteOffset: 6 }]),
  });
  await client.post(Uint8Array.of(3));
  await turns();
  assert.deepEqual(
    seen.map(({ kind, transactionId, completionRequested, payload }) => [
      kind,
      transactionId,
      completionRequested,
      [...payload],
    ]),
    [
      ['GpaDirect', 1n, true, [1]],
      ['TransferPages', 2n, true, [2]],
      ['InBand', null, false, [3]],
    ],
  );
  assert.deepEqual([...(seen[0]!.externalRanges?.first()?.gpns() ?? [])], [7n, 3n]);
  assert.deepEqual([seen[1]!.transferBufferId, seen[1]!.transferRanges], [9, [{ byteCount: 5, byteOffset: 6 }]]);
  assert.equal(client.counts.unknown, 0, 'no completion for what asked for none');
  client.close();
});

test('late, duplicate and unknown completions are reported and counted', async () => {
  const { client, peer, reports } = withRawPeer();
  const controller = new AbortController();
  const aborted = client.call(new Uint8Array(8), { signal: controller.signal });
  const timedOut = client.call(new Uint8Array(8), { timeoutMs: 1 });
  const completed = client.call(new Uint8Array(8));
  controller.abort(new Error('enough'));
  await assert.rejects(aborted, /enough/);
  await assert.rejects(timedOut, isCode('TimedOut'));
  assert.equal(client.counts.outstanding, 3);
  for (const id of [3n, 3n, 1n, 2n, 1n, 0n, 4n, 2n ** 64n - 1n]) complete(peer, id);
  await completed;
  await turns();
  // Nobody waits any more, and nothing is read: the rest comes with the next call.
  const last = client.call(new Uint8Array(8));
  await turns();
  complete(peer, 4n);
  await last.catch(() => {});
  await turns();
  assert.deepEqual(reports.map(({ kind, transactionId }) => [kind, transactionId]).slice(0, 3), [
    ['duplicate', 3n],
    ['late', 1n],
    ['late', 2n],
  ]);
  const { late, duplicate } = client.counts;
  assert.deepEqual([late, duplicate], [2, 2]);
  client.close();
});

test('ids that were never used are unknown', async () => {
  const { client, peer, reports } = withRawPeer();
  const call = client.call(new Uint8Array(8));
  for (const id of [0n, 2n, 2n ** 53n, 2n ** 64n - 1n, 1n]) complete(peer, id);
  await call;
  assert.deepEqual(
    reports.map(({ kind, transactionId }) => [kind, transactionId]),
    [0n, 2n, 2n ** 53n, 2n ** 64n - 1n].map((id) => ['unknown', id]),
  );
  assert.equal(client.inspect().requests.unknown, 4);
});

test('a full table makes calls wait for their turn; aborted ones leave the line, sent ones keep their place', async () => {
  const { client, peer } = withRawPeer({ maximumOutstanding: 2 });
  const controller = new AbortController();
  const first = client.call(new Uint8Array(8), { signal: controller.signal });
  const second = client.call(new Uint8Array(8));
  const inLine = client.call(new Uint8Array(8), { signal: controller.signal });
  const third = client.call(new Uint8Array(8));
  assert.deepEqual([client.counts.outstanding, client.counts.waiting], [2, 2]);
  controller.abort();
  await assert.rejects(first);
  await assert.rejects(inLine);
  await turns();
  assert.deepEqual([client.counts.outstanding, client.counts.waiting], [2, 1], 'the aborted one is still outstanding');
  complete(peer, 1n);
  await turns();
  assert.deepEqual([client.counts.outstanding, client.counts.waiting, client.counts.late], [2, 0, 1]);
  complete(peer, 3n);
  complete(peer, 2n);
  await Promise.all([second, third]);
  const sent: (bigint | null)[] = [];
  for (let packet = peer.tryRead(); packet !== null; packet = peer.tryRead()) sent.push(packet.transactionId);
  assert.deepEqual(sent, [1n, 2n, 3n], 'the one that left the line was never sent');
});

test('the line is bounded', async () => {
  const { client } = withRawPeer({ maximumOutstanding: 1 });
  const calls = Array.from({ length: 1025 }, () => client.call(new Uint8Array(8)));
  await assert.rejects(client.call(new Uint8Array(8)), isCode('TooManyWaiters'));
  client.close();
  for (const call of calls) await assert.rejects(call, isCode('Closed'));
});

test('calls wait for room in the ring, and an aborted one leaves no request for room', async () => {
  const { client, peer } = withRawPeer();
  const controller = new AbortController();
  const calls = Array.from({ length: 17 }, () => client.call(new Uint8Array(4000)));
  const aborted = client.call(new Uint8Array(4000), { signal: controller.signal });
  const timedOut = client.call(new Uint8Array(4000), { timeoutMs: 1 });
  assert.equal(client.counts.waiting, 3);
  controller.abort();
  await assert.rejects(aborted);
  await assert.rejects(timedOut, isCode('TimedOut'));
  assert.equal(client.counts.waiting, 1);
  for (let i = 0; i < 17; i++) complete(peer, (await peer.read()).transactionId!);
  await Promise.all(calls);
  assert.equal(client.inspect().outgoing.control.pendingSendSize, 0);
  assert.equal(client.counts.outstanding, 0);
});

const ENDINGS: readonly (readonly [
  name: string,
  end: (client: RequestChannel, peer: Queue) => void,
  test: (e: unknown) => boolean,
])[] = [
  ['closes', (client) => client.close(), isCode('Closed')],
  ['loses its peer', (_, peer) => peer.close(), isCode('PeerClosed')],
  ['loses its peer by death', (client) => client.channel.signal.peerGone('died'), isCode('PeerDied')],
  [
    'finds the ring corrupt',
    (client, peer) => {
      peer.channel.outgoing.mem().control()[0] = 4;
      client.channel.waiters.poke();
    },
    (error) => (error as { code?: string }).code === 'InvalidRingPointer',
  ],
];

for (const [name, end, isExpected] of ENDINGS) {
  test(`all calls reject when the channel ${name}`, async () => {
    const { client, peer } = withRawPeer({ maximumOutstanding: 20 });
    const calls = Array.from({ length: 30 }, () => client.call(new Uint8Array(4000)));
    assert.equal(client.counts.waiting, 14);
    const serving = client.serve(() => new Uint8Array(0));
    await turns();
    end(client, peer);
    for (const call of calls) await assert.rejects(call, isExpected);
    if (name === 'loses its peer') await serving;
    else await assert.rejects(serving, isExpected);
    await assert.rejects(client.call(new Uint8Array(8)), isExpected);
    assert.deepEqual([client.counts.outstanding, client.counts.waiting], [0, 0]);
  });
}

test('what was completed before the peer closed its end is completed', async () => {
  const { client, peer } = withRawPeer();
  const calls = [1, 2].map(() => client.call(new Uint8Array(8)));
  complete(peer, 1n);
  peer.close();
  await calls[0];
  await assert.rejects(calls[1]!, isCode('PeerClosed'));
});

const BAD_PACKETS: readonly (readonly [string, Uint8Array])[] = [
  ['without a pipe header', new Uint8Array(0)],
  ['of another pipe packet type', new PipeHeader(2, 0).toBytes()],
  ['longer than it is', new PipeHeader(1, 9).toBytes()],
  ['longer than anything', Uint8Array.of(1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff)],
];
for (const [name, payload] of BAD_PACKETS) {
  for (const typ of [OutgoingPacketType.Completion, OutgoingPacketType.InBandWithCompletion]) {
    test(`a ${typ.kind} ${name} closes the channel`, async () => {
      const { client, peer } = withRawPeer({ raw: false });
      const calls = [1, 2].map(() => client.call(Uint8Array.of(1)));
      peer.tryWrite({ payload, transactionId: 1n, typ });
      for (const call of calls) await assert.rejects(call, isCode('UnexpectedPacket'));
      assert.equal(client.channel.isClosed, true);
    });
  }
}

const MISTAKES: readonly (readonly [string, (ends: Pair) => Promise<unknown>])[] = [
  ['a payload of another kind', ({ client }) => client.call('text' as unknown as Uint8Array)],
  ['a negative timeout', ({ client }) => client.call(new Uint8Array(8), { timeoutMs: -1 })],
  ['too large a payload', ({ client }) => client.call(new Uint8Array(65536))],
  ['ranges of no kind', ({ client }) => client.call(new Uint8Array(8), { typ: OutgoingPacketType.Completion })],
  ['no completion', ({ client }) => client.call(new Uint8Array(8), { typ: OutgoingPacketType.InBandNoCompletion })],
  ['no GPA ranges', ({ client }) => client.call(new Uint8Array(8), { typ: OutgoingPacketType.GpaDirect([]) })],
  ['concurrency 0', ({ client }) => client.serve(() => {}, { concurrency: 0 })],
  ['no handler', ({ client }) => client.serve(5 as unknown as () => void)],
  [
    'an aborted signal',
    ({ client }) => client.call(new Uint8Array(8), { signal: AbortSignal.abort(new TypeError('gone')) }),
  ],
];
for (const [name, call] of MISTAKES) {
  test(`refused before a byte is written: ${name}`, async () => {
    const ends = connect();
    await assert.rejects(call(ends), (error) => error instanceof TypeError || error instanceof RangeError);
    assert.equal(ends.client.inspect().outgoing.offset['nextIn'], 0);
    assert.deepEqual([ends.client.counts.outstanding, ends.client.counts.waiting], [0, 0]);
    assert.equal(ends.client.channel.isClosed, false);
  });
}

test('random calls, aborts and pauses both ways: each call gets its own answer, none is lost', async (t) => {
  const seed = announceSeed(t);
  const random = new Xorshift(seed);
  const { client, server, reports } = connect({ maximumOutstanding: 24 }, 8192);
  const handler = async ({ payload }: IncomingRequest): Promise<Uint8Array> => {
    if (random.below(3) === 0) await turn();
    return payload.map((byte) => byte ^ 0x5a);
  };
  const serving = [client, server].map((end) => end.serve(handler, { concurrency: 1 + random.below(20) }));
  let given = 0;
  const one = async (end: RequestChannel): Promise<void> => {
    const payload = random.bytes(random.below(1500));
    const isAborted = random.below(8) === 0;
    const controller = new AbortController();
    const call = end.call(payload, { signal: controller.signal });
    if (isAborted) {
      if (random.below(2) === 0) await turn();
      controller.abort(new Error('aborted'));
    }
    try {
      assert.deepEqual(
        await call,
        payload.map((byte) => byte ^ 0x5a),
      );
    } catch (error) {
      if (!isAborted || !(error instanceof Error) || error.message !== 'aborted') throw error;
      given++;
    }
  };
  const lane = async (end: RequestChannel): Promise<void> => {
    for (let i = 0; i < scaleRuns(40); i++) await one(end);
  };
  await Promise.all([client, server].flatMap((end) => Array.from({ length: 40 }, () => lane(end))));
  await client.call(new Uint8Array(0));
  await server.call(new Uint8Array(0));
  await turns(50);
  for (const end of [client, server]) {
    const { outstanding, waiting, running, held, duplicate, unknown } = end.counts;
    assert.deepEqual([outstanding, waiting, running, held, duplicate, unknown], [0, 0, 0, 0, 0, 0]);
    assert.equal(end.inspect().outgoing.control.pendingSendSize, 0);
  }
  assert.ok(reports.length <= given);
  client.close();
  await Promise.allSettled(serving);
});
