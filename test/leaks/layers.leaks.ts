// What stands on channels, opened and closed over and over.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  type BytePipe,
  ChannelSet,
  connectedBytePipes,
  connectedChannels,
  connectedMessagePipes,
  connectedQueues,
  RequestChannel,
} from '../../src/index.ts';
import { checkFlat } from './measure.ts';

const ringBytes = 4096;

it('queues, with waits that are given up', (t) =>
  checkFlat(t, async () => {
    const [first, second] = connectedQueues({ ringBytes });
    const abort = new AbortController();
    const given = assert.rejects(first.read({ signal: abort.signal, timeoutMs: 60_000 }), { name: 'AbortError' });
    abort.abort();
    await given;
    while (first.tryWrite(new Uint8Array(1000))) continue;
    const writing = first.write(new Uint8Array(1000), { timeoutMs: 60_000 });
    const batch = await second.readBatch();
    assert.equal([...batch].length, 3);
    batch.commit();
    await writing;
    first.close();
    second.close();
  }));

it('message pipes', (t) =>
  checkFlat(t, async () => {
    const [first, second] = connectedMessagePipes({ ringBytes });
    await first.send(Uint8Array.of(1, 2));
    assert.deepEqual([...(await second.receive())], [1, 2]);
    first.close();
    second.close();
  }));

async function copy(from: BytePipe, to: BytePipe): Promise<Uint8Array> {
  const bytes = new Response(to.readable).bytes();
  await new Blob([new Uint8Array(10_000).fill(3)]).stream().pipeTo(from.writable);
  return bytes;
}

it('byte pipes as web streams', (t) =>
  checkFlat(t, async () => {
    const [first, second] = connectedBytePipes({ ringBytes });
    const bytes = await copy(first, second);
    assert.equal(bytes.length, 10_000);
    first.close();
    second.close();
  }));

it('requests', (t) =>
  checkFlat(t, async () => {
    const [client, server] = connectedChannels({ ringBytes }).map((channel) => new RequestChannel(channel));
    const served = server!.serve(({ payload }) => payload.map((byte) => byte * 2));
    assert.deepEqual([...(await client!.call(Uint8Array.of(4)))], [8]);
    const lost = client!.call(Uint8Array.of(5)).catch((error: { code: string }) => error.code);
    client!.close();
    assert.equal(await lost, 'Closed');
    await served;
    server!.close();
  }));

it('sets, and channels that come to one and go', (t) => {
  const lasting = new ChannelSet<number>();
  return checkFlat(t, async (number) => {
    const pairs = Array.from({ length: 3 }, () => connectedQueues({ ringBytes }));
    const set = number % 2 === 0 ? lasting : new ChannelSet<number>();
    for (const [i, [, consumer]] of pairs.entries()) set.add(consumer, i);
    const waiting = set.wait();
    pairs[1]![0].tryWrite(Uint8Array.of(1));
    assert.deepEqual(
      (await waiting).map(({ value }) => value),
      [1],
    );
    for (const [, consumer] of pairs.slice(0, 2)) set.delete(consumer);
    for (const queue of pairs.flat()) queue.close();
    await set.wait({ timeoutMs: 60_000 });
    set.clear();
  });
});
