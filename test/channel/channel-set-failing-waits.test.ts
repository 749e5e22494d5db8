// Members of a set that cannot be waited for, because the system has nothing to wait with: the wait says so, and the next one tries again.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChannelSet, connectedQueues } from '../../src/index.ts';

function failing() {
  const [producer, consumer] = connectedQueues({ ringBytes: 4096 });
  const { signal } = consumer.channel;
  const listen = signal.listen.bind(signal);
  const failure = { error: new Error('no memory'), isOn: true };
  signal.listen = (seen, wake) => {
    if (failure.isOn) throw failure.error;
    listen(seen, wake);
  };
  return { producer, consumer, failure };
}

test('a wait that cannot begin rejects, and the next one tries again', async () => {
  const { producer, consumer, failure } = failing();
  const set = new ChannelSet<number>().add(consumer, 7);
  for (let i = 0; i < 3; i++) await assert.rejects(set.wait({ timeoutMs: 1000 }), failure.error);
  failure.isOn = false;
  const waiting = set.wait();
  producer.tryWrite(Uint8Array.of(1));
  assert.equal((await waiting)[0]!.value, 7);
});

test('others that are ready are handed out, and what can be read or never will be is told', async () => {
  const [first, second] = [failing(), failing()];
  const set = new ChannelSet<number>().add(first.consumer, 1).add(second.consumer, 2);
  first.producer.tryWrite(Uint8Array.of(1));
  assert.deepEqual(
    (await set.wait()).map(({ value }) => value),
    [1],
  );
  first.consumer.tryRead();
  second.producer.close();
  assert.deepEqual(
    (await set.wait()).map(({ value }) => value),
    [2],
  );
  set.delete(second.consumer);
  await assert.rejects(set.wait({ timeoutMs: 1000 }), first.failure.error);
  set.clear();
  assert.deepEqual(await set.wait(), []);
});
