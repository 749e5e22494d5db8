import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import {
  Channel,
  connectedQueues,
  EventSignal,
  FlatRingMem,
  IncomingPacket,
  OutgoingPacketType,
  Queue,
  type WriteBatch,
} from '../../src/index.ts';
import { assertChannelError, Words } from './ends.ts';

// Packets that are copied out of the ring in one call. That they come in order, whole and once, and are counted, the model says.

describe('a packet read into an array', () => {
  it('fills it from its beginning, padding included, and says how long it is', () => {
    const [sender, receiver] = connectedQueues({ ringBytes: 4096 });
    const target = new Uint8Array(24).fill(9);
    assert.equal(receiver.tryReadInto(target), -1);
    sender.tryWrite(Uint8Array.of(1, 2, 3));
    sender.tryWrite(new Uint8Array(0));
    assert.equal(receiver.tryReadInto(target), 8);
    assert.deepEqual([...target], [1, 2, 3, 0, 0, 0, 0, 0, ...Array.from({ length: 16 }, () => 9)]);
    assert.equal(receiver.tryReadInto(target), 0);
    assert.equal(receiver.tryReadInto(target), -1);
    const { incoming, signals } = receiver.inspect();
    assert.equal(incoming.packets, 2);
    assert.equal(signals.sent, 0);
  });

  it('leaves its header where the caller wants it', async () => {
    const [sender, receiver] = connectedQueues({ ringBytes: 4096 });
    const target = new Uint8Array(64);
    const ways = [
      (packet: IncomingPacket) => receiver.tryReadInto(target, packet),
      (packet: IncomingPacket) => receiver.readInto(target, packet),
      (packet: IncomingPacket) => receiver.readIntoSync(target, packet),
      (packet: IncomingPacket) => {
        const batch = receiver.tryReadBatch()!;
        const length = batch.nextInto(target, packet);
        batch.commit();
        return length;
      },
    ];
    for (const [i, read] of ways.entries()) {
      const [typ, transactionId] = [OutgoingPacketType.Completion, 2n ** 40n + BigInt(i)];
      sender.tryWrite({ payload: new Uint8Array(13).fill(i), transactionId, typ });
      const packet = new IncomingPacket();
      assert.equal(await read(packet), 16);
      assert.deepEqual([packet.typ.kind, packet.transactionId], ['Completion', transactionId]);
      assert.equal(target[12], i);
    }
  });

  it('gives its room back at once, and that of a packet that was held; in a batch at the end', () => {
    const [sender, receiver] = connectedQueues({ ringBytes: 4096 });
    const target = new Uint8Array(1000);
    const ring = new Words(receiver, 'incoming');
    for (let i = 0; i < 3; i++) sender.tryWrite(target);
    const held = receiver.tryRead()!;
    assert.equal(ring.get('out'), 0);
    assert.equal(receiver.tryReadInto(target), 1000);
    assert.equal(ring.get('out'), 2048);
    assert.ok(held.isReleased);
    const batch = receiver.tryReadBatch()!;
    assert.equal(batch.nextInto(target), 1000);
    assert.equal(batch.nextInto(target), -1);
    assert.equal(ring.get('out'), 2048);
    assert.throws(() => receiver.tryReadInto(target), /a batch is open/);
    batch.revert();
    assert.equal(batch.nextInto(target), 1000);
    batch.commit();
    assert.equal(ring.get('out'), 3072);
    assert.throws(() => batch.nextInto(target), TypeError);
  });

  it('stays where it is if it does not fit, or the target is none', async () => {
    const [sender, receiver] = connectedQueues({ ringBytes: 4096 });
    sender.tryWrite(new Uint8Array(40).fill(7));
    const look = (): unknown[] => {
      const { incoming, signals } = receiver.inspect();
      return [incoming.control, incoming.packets, incoming.offset['nextOut'], signals];
    };
    const before = look();
    const small = new Uint8Array(39);
    assert.throws(() => receiver.tryReadInto(small), RangeError);
    assert.throws(() => receiver.readIntoSync(small), RangeError);
    await assert.rejects(receiver.readInto(small), RangeError);
    assert.throws(() => receiver.tryReadInto([] as unknown as Uint8Array), TypeError);
    const batch = receiver.tryReadBatch()!;
    assert.throws(() => batch.nextInto(small), RangeError);
    assert.deepEqual(look(), before);
    assert.deepEqual([...small], [...new Uint8Array(39)]);
    assert.equal(batch.nextInto(new Uint8Array(40)), 40);
  });

  it('is waited for, and wakes the writer that waits for its room', async () => {
    const [sender, receiver] = connectedQueues({ ringBytes: 4096 });
    const target = new Uint8Array(2000);
    const first = receiver.readInto(target);
    assert.throws(() => receiver.tryReadInto(target), /another read is pending/);
    await sender.write(new Uint8Array(2000).fill(1));
    assert.equal(await first, 2000);
    assert.equal(target[1999], 1);

    await sender.write(new Uint8Array(2000).fill(2));
    await sender.write(new Uint8Array(2000).fill(3));
    const waiting = sender.write(new Uint8Array(2000).fill(4));
    await turn();
    assert.equal(receiver.inspect().signals.sent, 0);
    assert.equal(receiver.tryReadInto(target), 2000);
    await waiting;
    assert.equal(receiver.inspect().signals.sent, 1);
    await assertChannelError('TimedOut', async () => {
      for (let i = 0; i < 3; i++) await receiver.readInto(target, undefined, { timeoutMs: 1 });
    });
  });

  it('is the last one before the peer is gone', async () => {
    const [sender, receiver] = connectedQueues({ ringBytes: 4096 });
    const target = new Uint8Array(8);
    for (let i = 0; i < 3; i++) sender.tryWrite(Uint8Array.of(i));
    sender.close();
    assert.equal(receiver.tryReadInto(target), 8);
    assert.equal(await receiver.readInto(target), 8);
    assert.equal(receiver.readIntoSync(target), 8);
    assert.equal(target[0], 2);
    await assertChannelError('PeerClosed', () => receiver.tryReadInto(target));
    await assertChannelError('PeerClosed', () => receiver.readInto(target));
    receiver.close();
    await assertChannelError('Closed', () => receiver.tryReadInto(target));
  });

  it('closes the channel where the ring is corrupt', () => {
    const [sender, receiver] = connectedQueues({ ringBytes: 4096 });
    sender.tryWrite(Uint8Array.of(1));
    new Words(receiver, 'incoming').set('in', 12);
    assert.throws(() => receiver.tryReadInto(new Uint8Array(8)), { code: 'InvalidRingPointer' });
    assert.throws(() => receiver.tryReadInto(new Uint8Array(8)), { code: 'InvalidRingPointer' });
    assert.throws(() => receiver.tryWrite(Uint8Array.of(1)), { code: 'InvalidRingPointer' });
  });

  it('is told to who counts commits before it is published, as one that is written is', async () => {
    const [sender, receiver] = connectedQueues({ ringBytes: 4096 });
    const ring = new Words(receiver, 'incoming');
    const told: unknown[] = [];
    const log = (kind: string, word: 'in' | 'out') => (packets: number, bytes: number) => {
      told.push([kind, packets, bytes, ring.get(word)]);
    };
    sender.channel.commitLog = { reads: log('reads', 'out'), writes: log('writes', 'in') };
    receiver.channel.commitLog = { reads: log('reads', 'out'), writes: log('writes', 'in') };
    const target = new Uint8Array(16);
    for (let i = 0; i < 4; i++) {
      sender.tryWrite(target);
      if (i === 0) receiver.tryReadInto(target);
      if (i === 1) await receiver.readInto(target);
      if (i === 2) receiver.readIntoSync(target);
    }
    assert.equal(receiver.tryReadInto(target), 16);
    assert.equal(receiver.tryReadInto(target), -1);
    const expected = Array.from({ length: 4 }, (_, i) => ['writes', 'reads'].map((kind) => [kind, 1, 40, 40 * i]));
    assert.deepEqual(told, expected.flat());
  });

  it('is not sent once its own getter has closed the end', () => {
    const [sender, receiver] = connectedQueues({ ringBytes: 4096 });
    const packet = {
      get payload(): Uint8Array {
        sender.close();
        return Uint8Array.of(1);
      },
    };
    assert.throws(() => sender.tryWrite(packet), { code: 'Closed' });
    assert.equal(new Words(receiver, 'incoming').get('in'), 0);
  });

  it('is counted once, with what its own getter has put', () => {
    const [sender, receiver] = connectedQueues({ ringBytes: 4096 });
    const packet = {
      get payload(): Uint8Array {
        sender.writeBatch().tryWrite(Uint8Array.of(2));
        return Uint8Array.of(1);
      },
    };
    sender.tryWrite(packet);
    const { packets, bytes } = sender.inspect().outgoing;
    assert.deepEqual([packets, bytes, new Words(receiver, 'incoming').get('in')], [2, 64, 64]);
  });

  it('leaves alone what is put when the reader is signalled', () => {
    let batch: WriteBatch | null = null;
    const put = (): void => {
      batch ??= local.writeBatch();
      batch.tryWrite(Uint8Array.of(2));
    };
    const [local, remote] = signalledQueues(put);
    remote.channel.incoming.setInterruptMask(false);
    local.tryWrite(Uint8Array.of(1));
    const ring = new Words(remote, 'incoming');
    assert.ok(batch !== null, 'nobody was signalled');
    assert.equal(ring.get('in'), 32);
    (batch as WriteBatch).revert();
    assert.equal(remote.tryReadInto(new Uint8Array(8)), 8);
    assert.equal(remote.tryReadInto(new Uint8Array(8)), -1);
  });

  it('has the length that was copied, whatever is read when the writer is signalled', () => {
    const [writer, reader] = signalledQueues(null, () => reader.tryReadInto(new Uint8Array(2000)));
    writer.tryWrite(new Uint8Array(2000));
    writer.tryWrite(new Uint8Array(1000));
    writer.channel.outgoing.setPendingSendSize(3000);
    assert.equal(reader.tryReadInto(new Uint8Array(2000)), 2000);
  });
});

/** Two queues that call these when they signal the other one. */
function signalledQueues(onWrite: (() => void) | null, onRead: (() => void) | null = null): [Queue, Queue] {
  const rings = [new FlatRingMem(4096), new FlatRingMem(4096)] as const;
  const writer = new Channel({
    incoming: rings[0],
    outgoing: rings[1],
    signal: new EventSignal(onWrite ?? (() => {})),
  });
  const reader = new Channel({ incoming: rings[1], outgoing: rings[0], signal: new EventSignal(onRead ?? (() => {})) });
  return [new Queue(writer), new Queue(reader)];
}
