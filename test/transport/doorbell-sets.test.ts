import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  ChannelSet,
  createChannelPair,
  createDoorbell,
  type Doorbell,
  openChannel,
  openDoorbell,
  Queue,
} from '../../src/index.ts';

function queues(doorbell: Doorbell): { ours: Queue; theirs: Queue } {
  const [first, second] = createChannelPair({ ringBytes: 4096, doorbells: [doorbell, null] });
  return { ours: new Queue(openChannel(first, { doorbell })), theirs: new Queue(openChannel(second)) };
}

const BYTES = new Uint8Array(8);
const PATIENCE_MS = 2000;

describe('a set that blocks at a doorbell', () => {
  it('looks at a channel that was rung for before it was added, though the ring was counted then', async () => {
    const doorbell = openDoorbell(createDoorbell(4));
    const [x, y] = [queues(doorbell), queues(doorbell)];
    const pending = x.ours.reader.waitReady();
    x.theirs.tryWrite(BYTES);
    y.ours.channel.signal.count();
    const set = new ChannelSet().add(x.ours).add(y.ours);
    assert.deepEqual(
      set.waitSync(PATIENCE_MS).map(({ channel }) => channel),
      [x.ours.channel],
    );
    await pending;
    for (const { ours, theirs } of [x, y]) for (const queue of [ours, theirs]) queue.close();
  });

  it('looks at a channel that was rung for while it was in another set', async () => {
    const doorbell = openDoorbell(createDoorbell(4));
    const [x, y] = [queues(doorbell), queues(doorbell)];
    const pending = x.ours.reader.waitReady();
    const before = new ChannelSet().add(x.ours).add(y.ours);
    x.theirs.tryWrite(BYTES);
    y.ours.channel.signal.count();
    before.clear();
    const after = new ChannelSet().add(x.ours).add(y.ours);
    assert.equal(after.waitSync(PATIENCE_MS).length, 1);
    await pending;
    for (const { ours, theirs } of [x, y]) for (const queue of [ours, theirs]) queue.close();
  });

  it('looks at those that were rung for, and at no others', () => {
    const doorbell = openDoorbell(createDoorbell(40));
    const all = Array.from({ length: 40 }, () => queues(doorbell));
    const set = new ChannelSet<number>();
    for (const [i, { ours }] of all.entries()) set.add(ours, i);
    let looks = 0;
    for (const { ours } of all) {
      const { reader } = ours;
      const look = reader.look.bind(reader);
      reader.look = (arm) => {
        looks++;
        return look(arm);
      };
    }
    // The first wait arms all of them.
    all[0]!.theirs.tryWrite(BYTES);
    set.waitSync(PATIENCE_MS);
    all[0]!.ours.tryRead()?.readAll();
    for (const n of [3, 39, 17]) {
      all[n]!.theirs.tryWrite(BYTES);
      looks = 0;
      assert.deepEqual(
        set.waitSync(PATIENCE_MS).map(({ value }) => value),
        [n],
      );
      assert.ok(looks <= 4, `${looks} looks`);
      all[n]!.ours.tryRead()?.readAll();
    }
    for (const { ours, theirs } of all) for (const queue of [ours, theirs]) queue.close();
  });

  it('looks whether the peers live, although one of them never stops ringing', () => {
    const doorbell = openDoorbell(createDoorbell(4));
    const [x, y] = [queues(doorbell), queues(doorbell)];
    const { signal } = x.ours.channel;
    signal.look = () => signal.peerGone('died');
    doorbell.waitSync = () => true;
    const set = new ChannelSet().add(x.ours).add(y.ours);
    assert.deepEqual(
      set.waitSync(4 * PATIENCE_MS).map(({ channel }) => channel.signal.peerState),
      ['died'],
    );
    for (const { ours, theirs } of [x, y]) for (const queue of [ours, theirs]) queue.close();
  });
});
