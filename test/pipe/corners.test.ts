import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  BytePipe,
  Channel,
  CodecError,
  connectedBytePipes,
  connectedMessagePipes,
  connectedRawMessagePipes,
  createSignals,
  FlatRingMem,
  MessagePipe,
  type RingMem,
  TypedPipe,
} from '../../src/index.ts';
import { byteReadable } from '../../src/pipe/byte-streams.ts';
import { waitOptionsOf } from '../../src/pipe/stream-chunk.ts';
import { assertChannelError, outcome } from '../channel/ends.ts';
import { numbered } from './hostile-peer.ts';

const ringBytes = 4096;

describe('byte pipes, where they are seldom looked at', () => {
  it('write nothing, blocking too', () => {
    const [a, b] = connectedBytePipes({ ringBytes });
    a.writeSync(new Uint8Array(0));
    assert.equal(b.inspect().incoming.filledBytes, 0);
  });

  it('write and read blocking what there is room for, and go on saying that the end was read', async () => {
    const [a, b] = connectedBytePipes({ ringBytes });
    const target = new Uint8Array(8);
    a.writeSync(Uint8Array.of(1, 2, 3));
    assert.equal(b.readSync(target), 3);
    assert.deepEqual([...target.subarray(0, 3)], [1, 2, 3]);
    await a.end();
    for (let i = 0; i < 2; i++) {
      assert.equal(b.readSync(target), 0);
      assert.equal(b.tryRead(target), 0);
      assert.equal(await b.read(target), 0);
    }
  });

  it('write more packets at once than a commit has', () => {
    const [a, b] = connectedBytePipes({ ringBytes: 65536 });
    assert.equal(a.tryWrite(numbered(50_000)), 50_000);
    const target = new Uint8Array(60_000);
    assert.equal(b.tryRead(target), 50_000);
    assert.deepEqual(target.subarray(0, 50_000), numbered(50_000));
  });

  it('go on when a loop over them has had to wait, and through many chunks', async () => {
    const [a, b] = connectedBytePipes({ ringBytes });
    let count = 0;
    const reading = (async () => {
      for await (const chunk of b) {
        assert.deepEqual(chunk, numbered(chunk.length, count % 251));
        count += chunk.length;
      }
    })();
    for (let sent = 0; sent < 200; sent++) await a.write(numbered(1000, (sent * 1000) % 251));
    await a.end();
    await reading;
    assert.equal(count, 200_000);
  });

  it('lose nothing where a loop over them is left, and go on in the next one', async () => {
    const [a, b] = connectedBytePipes({ ringBytes });
    await a.write(Uint8Array.of(1, 2));
    for await (const chunk of b) {
      assert.deepEqual([...chunk], [1, 2]);
      break;
    }
    await a.write(Uint8Array.of(3));
    await a.end();
    for await (const chunk of b) assert.deepEqual([...chunk], [3]);
    assert.equal(b.tryRead(new Uint8Array(1)), 0);
  });

  it('close when they are disposed of', () => {
    const [a] = connectedBytePipes({ ringBytes });
    a[Symbol.dispose]();
    assert.equal(a.inspect().state, 'closed');
  });

  it('fill buffers of their own for streams that bring none', async () => {
    const [a, b] = connectedBytePipes({ ringBytes });
    const enqueued: Uint8Array[] = [];
    let closes = 0;
    const controller = {
      byobRequest: null,
      enqueue: (chunk: Uint8Array) => enqueued.push(chunk),
      close: () => closes++,
    };
    const { ReadableStream: original } = globalThis;
    let pull: (to: typeof controller) => Promise<void>;
    Object.assign(globalThis, {
      ReadableStream: function (source: { pull: typeof pull }): void {
        pull = source.pull;
      },
    });
    try {
      byteReadable(b.channel, b.reader);
    } finally {
      Object.assign(globalThis, { ReadableStream: original });
    }
    await a.write(numbered(9));
    await pull!(controller);
    assert.deepEqual(enqueued, [numbered(9)]);
    assert.equal(closes, 0);
    await a.end();
    await pull!(controller);
    assert.equal(enqueued.length, 1);
    assert.equal(closes, 1);
  });
});

describe('message pipes, where they are seldom looked at', () => {
  it('know what room a raw message takes', () => {
    const [a] = connectedRawMessagePipes({ ringBytes });
    assert.ok(a.writer.canSend(4064));
    assert.throws(() => a.writer.canSend(4065), { name: 'InvalidPacketError' });
    const [framed] = connectedMessagePipes({ ringBytes });
    assert.ok(framed.writer.canSend(4056));
  });

  it('wait for a message, blocking, no longer than they are told to', () => {
    const [a, b] = connectedMessagePipes({ ringBytes });
    const target = new Uint8Array(8);
    assert.throws(() => b.receiveIntoSync(target, 0), { name: 'ChannelError', message: 'the time is over: 0 ms' });
    a.trySend(numbered(3));
    assert.equal(b.receiveIntoSync(target, 0), 3);
  });

  it('wait in a loop over them', async () => {
    const [a, b] = connectedMessagePipes({ ringBytes });
    const next = b[Symbol.asyncIterator]().next();
    assert.equal(await outcome(next), 'pending');
    a.trySend(numbered(3));
    assert.deepEqual(await next, { done: false, value: numbered(3) });
  });

  it('have batches that come to their end, and that disposal commits', () => {
    const [a, b] = connectedMessagePipes({ ringBytes });
    a.trySend(numbered(3));
    const batch = b.tryReceiveBatch()!;
    const target = new Uint8Array(8);
    assert.equal(batch.nextInto(target), 3);
    assert.equal(batch.nextInto(target), -1);
    assert.notEqual(b.inspect().incoming.filledBytes, 0);
    batch[Symbol.dispose]();
    assert.equal(b.inspect().incoming.filledBytes, 0);
    assert.throws(() => batch.next(), { message: 'the batch was committed' });
  });

  it('close when their web stream is aborted', async () => {
    const [a] = connectedMessagePipes({ ringBytes });
    await a.writable.abort('why');
    assert.equal(a.inspect().state, 'closed');
  });

  it('write nothing of a piece that grows while it is written', () => {
    const [a, b] = connectedMessagePipes({ ringBytes });
    const piece = numbered(16);
    let looks = 0;
    Object.defineProperty(piece, 'length', { get: () => (looks++ === 0 ? 8 : 16) });
    const message = 'a piece of the message grew while it was written';
    assert.throws(() => a.trySend([piece]), { name: 'RangeError', message });
    assert.equal(b.tryReceive(), null);
    a.trySend(numbered(1));
    assert.deepEqual(b.tryReceive(), numbered(1));
  });
});

/** A memory of somebody else's whose larger reads fail, once they are told to. */
function failing(memory: RingMem, error: () => Error | null): RingMem {
  return {
    length: memory.length,
    control: () => memory.control(),
    readAt: (addr, data) => {
      const failure = data.length > 100 ? error() : null;
      if (failure !== null) throw failure;
      memory.readAt(addr, data);
    },
    writeAt: (addr, data) => memory.writeAt(addr, data),
  };
}

describe('memory that fails while a payload is read', () => {
  for (const [what, read] of Object.entries({
    'a message': (channel: Channel) => new MessagePipe(channel).tryReceive(),
    'a message into an array': (channel: Channel) => new MessagePipe(channel).tryReceiveInto(new Uint8Array(200)),
    bytes: (channel: Channel) => new BytePipe(channel).tryRead(new Uint8Array(200)),
  })) {
    it(`is the error that it threw, and the end stays open: ${what}`, () => {
      const [incoming, outgoing] = [new FlatRingMem(ringBytes), new FlatRingMem(ringBytes)];
      const [ours, theirs] = createSignals();
      const failure = new Error('no such page');
      const channel = new Channel({ incoming: failing(incoming, () => failure), outgoing, signal: ours });
      new MessagePipe(new Channel({ incoming: outgoing, outgoing: incoming, signal: theirs })).trySend(numbered(200));
      assert.throws(
        () => read(channel),
        (error) => error === failure,
      );
      assert.equal(channel.inspect().state, 'open');
    });
  }
});

describe('what else pipes are made of', () => {
  it('waits without a signal where a stream has none', () => {
    const { signal } = new AbortController();
    assert.deepEqual(waitOptionsOf({}), {});
    assert.equal(waitOptionsOf({ signal }).signal, signal);
  });

  it('says what a codec threw, whatever that was', async () => {
    const [a, b] = connectedMessagePipes({ ringBytes });
    const encode = (): Uint8Array => {
      AbortSignal.abort('no such letter').throwIfAborted();
      return new Uint8Array(0);
    };
    const pipe = new TypedPipe<string>(a, { encode, decode: () => '' });
    assert.throws(
      () => pipe.trySend('ä'),
      (error) => {
        assert.ok(error instanceof CodecError);
        assert.deepEqual(
          [error.code, error.message, error.cause, error.bytes],
          ['EncodeFailed', 'the value cannot be encoded: no such letter', 'no such letter', null],
        );
        return true;
      },
    );
    b.close();
    await assertChannelError('PeerClosed', () => pipe.receive());
  });
});
