// A set that blocks and whose signals are lost: it looks at all of its members by time, however short its waits are.
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { ChannelSet, type Queue } from '../../src/index.ts';
import { Bell, bellQueues } from './bell-signal.ts';

/** Two members of a set at one doorbell, and who writes to them: the first one's signals are lost. Time is `clock.ms`. */
function withLostSignals(t: TestContext) {
  const clock = { ms: 1000 };
  t.mock.method(performance, 'now', () => clock.ms);
  const bell = new Bell();
  const set = new ChannelSet<number>();
  const queues = [0, 1].map((n) => {
    const [consumer, producer] = bellQueues(bell, new Bell());
    set.add(consumer, n);
    return { consumer, producer };
  });
  queues[0]!.producer.channel.signal.notify = () => {};
  // Writes to one of them while the set sleeps, for 100 ms.
  const write = (to: 0 | 1): void => {
    queues[to]!.producer.tryWrite(Uint8Array.of(to));
    clock.ms += 100;
  };
  return { clock, set, bell, write, busy: queues[1]!.consumer };
}

function takeAll(queue: Queue): void {
  while (queue.tryRead() !== null) continue;
  queue.reader.release();
}

test('blocking, a packet whose signal is lost is found when the time is over', (t) => {
  const { set, bell, write } = withLostSignals(t);
  bell.meanwhile.push(() => write(0));
  assert.equal(set.waitSync(100)[0]!.value, 0);
});

test('blocking for moments only, a packet whose signal is lost is found within 500 ms', (t) => {
  const { clock, set, write } = withLostSignals(t);
  assert.throws(() => set.waitSync(0), { code: 'TimedOut' });
  write(0);
  for (; clock.ms < 1500; clock.ms += 100) assert.throws(() => set.waitSync(0), { code: 'TimedOut' });
  assert.equal(set.waitSync(0)[0]!.value, 0);
});

test('blocking, a packet whose signal is lost is found although another peer is never quiet', (t) => {
  const { set, bell, write, busy } = withLostSignals(t);
  bell.meanwhile.push(() => {
    write(0);
    write(1);
  });
  assert.equal(set.waitSync(60_000)[0]!.value, 1);
  takeAll(busy);
  const found: number[] = [];
  for (let i = 0; i < 10 && !found.includes(0); i++) {
    bell.meanwhile.push(() => write(1));
    found.push(...set.waitSync(60_000).map(({ value }) => value));
    takeAll(busy);
  }
  assert.ok(found.includes(0));
});
