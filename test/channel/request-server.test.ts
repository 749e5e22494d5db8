import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { ChannelError, type IncomingRequest, OutgoingPacketType, type RequestChannel } from '../../src/index.ts';
import { complete, connect, isCode, turns, withRawPeer } from './request-ends.ts';

test('no more packets are taken than handlers may run', async () => {
  const { client, server } = connect();
  let running = 0;
  let most = 0;
  const finish: (() => void)[] = [];
  const serving = server.serve(
    async () => {
      most = Math.max(most, ++running);
      await new Promise<void>((resolve) => finish.push(resolve));
      running--;
      return new Uint8Array(0);
    },
    { concurrency: 3 },
  );
  const calls = Array.from({ length: 10 }, () => client.call(new Uint8Array(100)));
  for (let done = 0; done < 10; done++) {
    await turns();
    assert.equal(running, Math.min(3, 10 - done));
    assert.equal(server.inspect().incoming.packets, Math.min(10, done + 3));
    assert.equal(server.counts.held, 0);
    finish.shift()!();
  }
  await Promise.all(calls);
  assert.equal(most, 3);
  client.close();
  await serving;
});

test('packets are read, and answers written, in batches', async () => {
  const { client, server } = connect();
  const calls = Array.from({ length: 64 }, (_, n) => client.call(Uint8Array.of(n)));
  const serving = server.serve(({ payload }) => payload, { concurrency: 64 });
  await Promise.all(calls);
  const { sent, saved } = server.inspect().signals;
  assert.equal(sent + saved, 2, 'one commit of 64 reads, one of 64 answers');
  client.close();
  await serving;
});

test('a handler that throws is answered by onError, or closes the channel', async (t: TestContext) => {
  await t.test('onError', async () => {
    const { client, server } = connect();
    const serving = server.serve(
      ({ payload }) => {
        if (payload[0] === 1) throw new Error('one');
        return payload;
      },
      { onError: (error, { payload }) => Uint8Array.of(0xee, payload[0]!, (error as Error).message.length) },
    );
    assert.deepEqual([...(await client.call(Uint8Array.of(1)))], [0xee, 1, 3]);
    assert.deepEqual([...(await client.call(Uint8Array.of(2)))], [2]);
    client.close();
    await serving;
  });
  const failures: readonly (readonly [string, () => Uint8Array | Promise<Uint8Array>, RegExp])[] = [
    ['throws', () => assert.fail('broken'), /broken/],
    ['rejects', () => Promise.reject(new Error('broken')), /broken/],
    [
      'rejects with the error of another channel',
      () => Promise.reject(new ChannelError('PeerClosed')),
      /the peer closed/,
    ],
    ['returns something else', () => 'text' as unknown as Uint8Array, /is a Uint8Array/],
    ['returns more than the ring holds', () => new Uint8Array(70_000), /does not fit/],
  ];
  for (const [name, handler, message] of failures) {
    await t.test(name, async () => {
      const { client, server } = connect();
      const serving = server.serve(handler);
      const call = client.call(Uint8Array.of(1));
      await assert.rejects(serving, message);
      await assert.rejects(call, isCode('PeerClosed'));
      assert.match((await server.channel.closed)?.message ?? '', message);
    });
  }
});

test('serving ends by its abort signal; what was begun is answered; it may begin again', async () => {
  const { client, server } = connect();
  const controller = new AbortController();
  const begun: IncomingRequest[] = [];
  let finish: () => void = () => {};
  const first = server.serve(
    (request) => {
      begun.push(request);
      return new Promise((resolve) => {
        finish = () => resolve(Uint8Array.of(1));
      });
    },
    { concurrency: 1, signal: controller.signal },
  );
  const call = client.call(Uint8Array.of(0));
  const next = client.call(Uint8Array.of(0));
  await turns();
  await assert.rejects(
    server.serve(() => {}),
    TypeError,
  );
  controller.abort(new Error('enough'));
  await assert.rejects(first, /enough/);
  assert.equal(begun[0]!.signal.aborted, true);
  finish();
  assert.deepEqual([...(await call)], [1]);
  await turns();
  assert.equal(begun.length, 1, 'nobody serves');
  const second = server.serve(() => Uint8Array.of(2));
  assert.deepEqual([...(await next)], [2]);
  client.close();
  await second;
});

test('what the peer sent before it closed its end is handed to handlers', async () => {
  const { client, server } = connect();
  for (let n = 0; n < 40; n++) await client.post(Uint8Array.of(n));
  client.close();
  const seen: number[] = [];
  await server.serve(
    async ({ payload }) => {
      await turn();
      seen.push(payload[0]!);
    },
    { concurrency: 4 },
  );
  await turns();
  assert.deepEqual(
    seen,
    Array.from({ length: 40 }, (_, n) => n),
  );
});

test('both ends call and serve, with handlers that call back, through small rings', async () => {
  const { client, server } = connect({}, 4096);
  const deeper =
    (own: RequestChannel) =>
    async (request: IncomingRequest): Promise<Uint8Array> => {
      const [depth, ...rest] = request.payload;
      if (depth === 0) return Uint8Array.of(0xff, ...rest);
      return own.call(Uint8Array.of(depth! - 1, ...rest));
    };
  const serving = [client, server].map((end) => end.serve(deeper(end), { concurrency: 2 }));
  const calls = [client, server].flatMap((end) =>
    Array.from({ length: 100 }, async (_, n) => {
      const tail = Array.from({ length: 150 }, () => n);
      assert.deepEqual([...(await end.call(Uint8Array.of(0, ...tail)))], [0xff, ...tail]);
    }),
  );
  await Promise.all(calls);
  // Two handlers each, that wait for each other's: no more than two levels can be had.
  assert.deepEqual([...(await client.call(Uint8Array.of(3, 9)))], [0xff, 9]);
  client.close();
  await Promise.allSettled(serving);
});

test('requests that nobody serves are held up to a bound and reported; completions behind them come through', async () => {
  const { client, peer, reports } = withRawPeer({ maximumHeld: 2 });
  const request = { payload: new Uint8Array(8), transactionId: 5n, typ: OutgoingPacketType.InBandWithCompletion };
  const first = client.call(new Uint8Array(8));
  peer.tryWrite(request);
  complete(peer, 1n);
  await first;
  const second = client.call(new Uint8Array(8));
  peer.tryWrite(request);
  await turns();
  assert.equal(client.counts.held, 2);
  assert.deepEqual(reports, []);
  peer.tryWrite(request);
  complete(peer, 2n);
  await turns();
  assert.deepEqual(reports, [{ kind: 'unserved', transactionId: null }]);
  assert.deepEqual([client.counts.held, client.counts.outstanding, client.counts.unserved], [2, 1, 1]);
  let served = 0;
  const serving = client.serve(() => void served++);
  await second;
  await turns();
  assert.equal(served, 3);
  peer.close();
  await serving;
});

test('calls reject when the peer goes while held requests stand in the way', async () => {
  const { client, peer } = withRawPeer({ maximumHeld: 0 });
  const call = client.call(new Uint8Array(8));
  peer.tryWrite({ transactionId: 5n, typ: OutgoingPacketType.InBandWithCompletion });
  await turns();
  peer.close();
  await assert.rejects(call, isCode('PeerClosed'));
});

test('an idle channel waits for nothing', async () => {
  const { client, peer } = withRawPeer();
  const listens: boolean[] = [];
  const { signal } = client.channel;
  const listen = signal.listen.bind(signal);
  const unlisten = signal.unlisten.bind(signal);
  signal.listen = (seen, wake) => {
    listens.push(true);
    listen(seen, wake);
  };
  signal.unlisten = () => {
    listens.push(false);
    unlisten();
  };
  await turns();
  assert.deepEqual(listens, []);
  const call = client.call(new Uint8Array(8));
  await turns();
  assert.equal(listens.at(-1), true);
  complete(peer, 1n);
  await call;
  await turns();
  assert.equal(listens.at(-1), false);
});

test('requests that were held when the peer closed its end are still handed to handlers', async () => {
  const { client, server } = connect();
  const call = server.call(Uint8Array.of(0));
  for (let n = 0; n < 10; n++) await client.post(Uint8Array.of(n));
  const seen: number[] = [];
  const serving = server.serve(
    async ({ payload }) => {
      await turn();
      seen.push(payload[0]!);
    },
    { concurrency: 1 },
  );
  await Promise.resolve();
  assert.ok(server.counts.held > 5, 'completions may lie behind them');
  client.close();
  await assert.rejects(call, isCode('PeerClosed'));
  await serving;
  await turns();
  assert.deepEqual(
    seen,
    Array.from({ length: 10 }, (_, n) => n),
  );
});
