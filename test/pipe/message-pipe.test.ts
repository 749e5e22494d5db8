import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { connectedMessagePipes, connectedRawMessagePipes, connectedChannels, MessagePipe } from '../../src/index.ts';
import { assertChannelError, assertRingFailure, outcome } from '../channel/ends.ts';
import { numbered } from './hostile-peer.ts';

const ABC = Uint8Array.of(97, 98, 99);
const ringBytes = 4096;

describe('the scenarios of the crate', () => {
  it('a receive that waits ends when the peer closes', async () => {
    const [host, guest] = connectedMessagePipes({ ringBytes });
    const pending = host.receive();
    assert.equal(await outcome(pending), 'pending');
    guest.close();
    await assertChannelError('PeerClosed', () => pending);
    await assertChannelError('PeerClosed', () => host.receive());
    await assertChannelError('PeerClosed', () => host.tryReceive());
    await assertChannelError('PeerClosed', () => host.trySend(ABC));
  });

  it('a receive waits for a message', async () => {
    const [host, guest] = connectedMessagePipes({ ringBytes });
    const target = new Uint8Array(3);
    const pending = guest.receiveInto(target);
    assert.equal(await outcome(pending), 'pending');
    await host.send(ABC);
    assert.equal(await pending, 3);
    assert.deepEqual(target, ABC);
  });

  it('a send waits for room', async () => {
    const [host, guest] = connectedMessagePipes({ ringBytes });
    await guest.send(numbered(4000));
    const pending = guest.send(numbered(4000, 7));
    assert.equal(await outcome(pending), 'pending');
    assert.deepEqual(await host.receive(), numbered(4000));
    await pending;
    assert.deepEqual(await host.receive(), numbered(4000, 7));
  });
});

describe('messages', () => {
  it('keep their exact length, empty ones too, and their order', async () => {
    const [a, b] = connectedMessagePipes({ ringBytes });
    for (let length = 0; length < 300; length++) {
      assert.ok(a.trySend(numbered(length)));
      assert.deepEqual(length % 2 === 0 ? b.tryReceive() : await b.receive(), numbered(length));
    }
    assert.equal(b.tryReceive(), null);
    const [raw, peer] = connectedRawMessagePipes({ ringBytes });
    for (const length of [0, 1, 8, 9]) {
      raw.trySend(numbered(length));
      const expected = new Uint8Array(Math.ceil(length / 8) * 8);
      expected.set(numbered(length));
      assert.deepEqual(peer.tryReceive(), expected, `raw, ${length} bytes`);
    }
  });

  it('come in pieces, and are what they were when it was their turn', async () => {
    const [a, b] = connectedMessagePipes({ ringBytes });
    await a.send([ABC, new Uint8Array(0), numbered(50), ABC]);
    assert.deepEqual(await b.receive(), Uint8Array.of(...ABC, ...numbered(50), ...ABC));
    a.trySend([]);
    assert.equal(b.tryReceive()?.length, 0);
    const received = new Uint8Array(16);
    a.trySend([ABC]);
    assert.equal(b.tryReceiveInto(received), 3);
    assert.deepEqual(received.subarray(0, 4), Uint8Array.of(...ABC, 0));
  });

  it('are received wherever in the target, and however long, as they were sent', () => {
    const [a, b] = connectedMessagePipes({ ringBytes });
    const memory = new Uint8Array(4200);
    for (let i = 0; i < 600; i++) {
      // All lengths around the limits of the ways to copy, at all alignments, around the ring several times.
      const length = (i * 37) % 400;
      const start = i % 5;
      memory.fill(255);
      a.trySend(numbered(length, i));
      const target = i % 3 === 0 ? memory.subarray(start, start + length) : memory.subarray(start);
      assert.equal(b.tryReceiveInto(target), length);
      assert.deepEqual(memory.subarray(start, start + length), numbered(length, i), `${length} bytes at ${start}`);
      assert.ok(memory.subarray(0, start).every((byte) => byte === 255));
      assert.ok(memory.subarray(start + length).every((byte) => byte === 255));
    }
    assert.equal(b.tryReceiveInto(memory), -1);
  });

  it('stay where they are if the target is too small, or none', async () => {
    const [a, b] = connectedMessagePipes({ ringBytes });
    a.trySend(numbered(10));
    const before = b.inspect().incoming;
    assert.throws(() => b.tryReceiveInto(new Uint8Array(9)), RangeError);
    assert.throws(() => b.receiveIntoSync(new Uint8Array(9)), RangeError);
    await assert.rejects(b.receiveInto(new Uint8Array(9)), RangeError);
    assert.throws(() => b.tryReceiveInto([] as unknown as Uint8Array), TypeError);
    assert.deepEqual(b.inspect().incoming.control, before.control);
    assert.deepEqual(await b.receive(), numbered(10));
    const pending = b.receiveInto(new Uint8Array(2));
    a.trySend(ABC);
    await assert.rejects(pending, RangeError);
    assert.deepEqual(b.tryReceive(), ABC);
  });

  it('that are none are refused before anything is written', async () => {
    const [a, b] = connectedMessagePipes({ ringBytes });
    for (const wrong of ['text', 7, null, undefined, new ArrayBuffer(8), Uint16Array.of(1), [ABC, 'x'], [[1]]]) {
      const message = wrong as unknown as Uint8Array;
      assert.throws(() => a.trySend(message), TypeError);
      assert.throws(() => a.sendSync(message), TypeError);
      await assert.rejects(a.send(message), TypeError);
      const batch = a.sendBatch();
      assert.throws(() => batch.trySend(message), TypeError);
      batch.commit();
    }
    assert.equal(a.inspect().outgoing.packets, 0);
    assert.equal(b.tryReceive(), null);
  });

  it('go out in the order in which they were sent, whoever waits', async () => {
    const [a, b] = connectedMessagePipes({ ringBytes });
    const sends = Array.from({ length: 40 }, (_, i) => a.send(numbered(i % 2 === 0 ? 1000 : 1, i)));
    assert.equal(a.trySend(ABC), false, 'nothing overtakes');
    for (let i = 0; i < 40; i++) assert.deepEqual(await b.receive(), numbered(i % 2 === 0 ? 1000 : 1, i));
    await Promise.all(sends);
  });

  it('are sent and received blocking, where nobody has to wait', async () => {
    const [a, b] = connectedMessagePipes({ ringBytes });
    a.sendSync(ABC);
    a.sendSync(ABC);
    assert.deepEqual(b.receiveSync(), ABC);
    assert.equal(b.receiveIntoSync(new Uint8Array(8)), 3);
    assert.throws(() => b.receiveSync(), TypeError, 'who waits for himself waits for ever');
    a.trySend(numbered(4000));
    assert.throws(() => a.sendSync(numbered(4000)), TypeError);
    await assertChannelError('TimedOut', () => a.sendSync(numbered(4000), 0));
    await assertChannelError('TimedOut', () => a.waitEmptySync(0));
    assert.ok(b.tryReceive());
    a.waitEmptySync();
  });
});

describe('batches', () => {
  it('of an end that was closed meanwhile hide no error when their `using` ends', async () => {
    const [a] = connectedMessagePipes({ ringBytes });
    const error = await assertRingFailure('InvalidRingPointer', () => {
      const batch = a.sendBatch();
      try {
        assert.ok(batch.trySend(ABC));
        a.channel.outgoing.mem().control()[1] = 4096;
        batch.trySend(numbered(4056));
      } finally {
        // Were this to throw, a `using` would hide what is thrown above in a SuppressedError.
        assert.doesNotThrow(() => batch[Symbol.dispose]());
        assert.throws(() => batch.trySend(ABC), TypeError);
      }
    });
    assert.equal(await a.channel.closed, error);
    assert.throws(() => a.sendBatch(), error);
  });

  it('are published together, with one signal', async () => {
    const [a, b] = connectedMessagePipes({ ringBytes });
    const pending = b.receiveBatch();
    const sent = a.sendBatch();
    for (let i = 0; i < 10; i++) assert.ok(sent.trySend(numbered(i)));
    assert.throws(() => a.trySend(ABC), TypeError, 'a batch is open');
    assert.equal(await outcome(pending), 'pending');
    sent[Symbol.dispose]();
    assert.equal(a.inspect().signals.sent, 1);
    const batch = await pending;
    assert.throws(() => b.tryReceive(), TypeError, 'a batch is open');
    assert.deepEqual(
      [...batch].map((message) => message.length),
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    );
    batch.revert();
    assert.equal(batch.next()?.length, 0);
    assert.equal(batch.nextInto(new Uint8Array(4)), 1);
    batch.commit();
    batch.commit();
    assert.throws(() => batch.next(), TypeError);
    assert.equal(b.tryReceive()?.length, 2);
    assert.equal(b.receiveBatchSync().next()?.length, 3);
  });

  it('are taken back whole', () => {
    const [a, b] = connectedMessagePipes({ ringBytes });
    const batch = a.sendBatch();
    batch.trySend(ABC);
    batch.revert();
    assert.throws(() => batch.trySend(ABC), TypeError);
    assert.equal(b.tryReceiveBatch(), null);
    assert.equal(a.inspect().outgoing.packets, 0);
  });

  it('that are full say so', () => {
    const [a, b] = connectedMessagePipes({ ringBytes });
    const batch = a.sendBatch();
    assert.ok(batch.trySend(numbered(4000)));
    assert.equal(batch.trySend(ABC), true);
    assert.equal(batch.trySend(numbered(100)), false);
    assert.equal(b.tryReceive(), null);
  });

  it('end with the channel', async () => {
    const [a, b] = connectedMessagePipes({ ringBytes });
    a.trySend(ABC);
    const batch = b.receiveBatchSync();
    b.close();
    await assertChannelError('Closed', () => batch.next());
    batch.commit();
    await assertChannelError('PeerClosed', () => a.sendBatch());
  });
});

describe('a pipe', () => {
  it('is read to its end, and no further', async () => {
    const [a, b] = connectedMessagePipes({ ringBytes: 65536 });
    for (let i = 0; i < 600; i++) a.trySend(numbered(i % 7, i));
    a.close();
    let count = 0;
    for await (const message of b) {
      assert.deepEqual(message, numbered(count % 7, count));
      count++;
    }
    assert.equal(count, 600);
    await assertChannelError('PeerClosed', () => b.receive());
  });

  it('throws from its loop what is not a clean end', async () => {
    const [a, b] = connectedMessagePipes({ ringBytes });
    a.trySend(ABC);
    b.channel.signal.peerGone('died');
    const seen: number[] = [];
    await assertChannelError('PeerDied', async () => {
      for await (const { length } of b) seen.push(length);
    });
    assert.deepEqual(seen, [3], 'what was sent before comes first');
  });

  it('goes on behind a loop that was left', async () => {
    const [a, b] = connectedMessagePipes({ ringBytes });
    for (let i = 1; i < 4; i++) a.trySend(numbered(i));
    for await (const message of b) {
      assert.equal(message.length, 1);
      break;
    }
    assert.equal(b.tryReceive()?.length, 2);
  });

  it('lets the event loop have its turns while messages keep coming', async () => {
    const [a, b] = connectedMessagePipes({ ringBytes: 65536 });
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    let messages = 0;
    a.trySend(ABC);
    for await (const message of b) {
      assert.equal(message.length, 3);
      if (++messages === 20_000 || turns > 2) break;
      a.trySend(ABC);
    }
    clearInterval(timer);
    assert.ok(turns > 2, `${messages} messages without a turn`);
  });

  it('knows when the peer has read everything', async () => {
    const [a, b] = connectedMessagePipes({ ringBytes });
    await a.waitEmpty();
    a.trySend(ABC);
    a.trySend(ABC);
    const empty = a.waitEmpty();
    b.tryReceive();
    assert.equal(await outcome(empty), 'pending');
    b.tryReceive();
    await empty;
  });

  it('knows when there is room for a message', async () => {
    const [{ writer }, b] = connectedMessagePipes({ ringBytes });
    assert.equal(writer.canSend(4056), true);
    writer.trySend(ABC);
    assert.equal(writer.canSend(4056), false);
    const ready = writer.waitReady(4056);
    assert.equal(await outcome(ready), 'pending');
    b.tryReceive();
    await ready;
    writer.waitReadySync(4056);
    await assert.rejects(writer.waitReady(4057), { name: 'InvalidPacketError' });
    assert.throws(() => writer.canSend(-1), RangeError);
  });

  it('takes its channel for itself, has halves, is closed when disposed of, and tells how it is', async () => {
    const [ours, theirs] = connectedChannels({ ringBytes });
    const peer = new MessagePipe(theirs);
    const pipe = new MessagePipe(ours);
    assert.throws(() => new MessagePipe(ours), TypeError);
    const { reader, writer } = pipe.split();
    assert.equal(pipe.reader, reader);
    writer.trySend(ABC);
    assert.equal(pipe.inspect().outgoing.packets, 1);
    assert.equal(pipe.inspect().outgoing.bytes, 40);
    pipe[Symbol.dispose]();
    assert.deepEqual(await peer.receive(), ABC);
    await assertChannelError('PeerClosed', () => peer.receive());
    assert.equal(peer.inspect().peerState, 'closed');
  });

  it('lets one receive at a time', async () => {
    const [a, b] = connectedMessagePipes({ ringBytes });
    const first = b.receive();
    await assert.rejects(b.receive(), TypeError);
    assert.throws(() => b.tryReceive(), TypeError);
    a.trySend(ABC);
    assert.deepEqual(await first, ABC);
  });
});
