import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BytePipe, type Channel, FlatRingMem, MessagePipe, OutgoingPacketType, PagedRange } from '../../src/index.ts';
import { Channel as ChannelClass, ChannelError, createSignals } from '../../src/index.ts';
import { assertChannelError, assertRingFailure, outcome, thrownBy } from '../channel/ends.ts';
import { hostilePair, numbered, pipeHeader, sendPacket } from './hostile-peer.ts';

type Send = (evil: Channel) => void;

/** What no pipe may be sent. */
const HOSTILE: Readonly<Record<string, Send>> = {
  'a length larger than the payload': (evil) => sendPacket(evil, [pipeHeader(1, 9), numbered(8)]),
  'a length larger than the payload before padding': (evil) => sendPacket(evil, [pipeHeader(1, 25), numbered(20)]),
  'the length FFFF0010': (evil) => sendPacket(evil, [pipeHeader(1, 0xffff0010), numbered(16)]),
  'the length FFFFFFFF': (evil) => sendPacket(evil, [pipeHeader(1, 0xffffffff), numbered(16)]),
  'type 0': (evil) => sendPacket(evil, [pipeHeader(0, 16), numbered(16)]),
  'partial data, type 2': (evil) => sendPacket(evil, [pipeHeader(2, 0x0004_0010), numbered(16)]),
  'type 3': (evil) => sendPacket(evil, [pipeHeader(3, 16), numbered(16)]),
  'type 4': (evil) => sendPacket(evil, [pipeHeader(4, 16), numbered(16)]),
  'type 5': (evil) => sendPacket(evil, [pipeHeader(5, 16), numbered(16)]),
  'a type that is 1 in its low half only': (evil) => sendPacket(evil, [pipeHeader(0x10001, 16), numbered(16)]),
  'no pipe header': (evil) => sendPacket(evil, []),
};

const OTHER_PACKETS: Readonly<Record<string, Send>> = {
  'a completion': (evil) => sendPacket(evil, [pipeHeader(1, 8), numbered(8)], OutgoingPacketType.Completion),
  'a GPA-direct packet': (evil) =>
    sendPacket(evil, [pipeHeader(1, 8), numbered(8)], OutgoingPacketType.GpaDirect([PagedRange.of(0, 8, [7n])])),
  'a transfer-page packet': (evil) =>
    sendPacket(evil, [pipeHeader(1, 8), numbered(8)], OutgoingPacketType.TransferPages(1, [])),
};

/** The ways to receive, of each pipe. */
const READS: Readonly<Record<string, (channel: Channel) => readonly (() => unknown)[]>> = {
  'a message pipe': (channel) => {
    const pipe = new MessagePipe(channel);
    const target = new Uint8Array(100);
    return [
      () => pipe.tryReceive(),
      () => pipe.receive(),
      () => pipe.receiveSync(),
      () => pipe.tryReceiveInto(target),
      () => pipe.receiveInto(target),
      () => pipe.receiveIntoSync(target),
      () => pipe.tryReceiveBatch()!.next(),
      () => pipe.receiveBatchSync().nextInto(target),
      () => pipe.readable.getReader().read(),
      () => pipe[Symbol.asyncIterator]().next(),
    ];
  },
  'a byte pipe': (channel) => {
    const pipe = new BytePipe(channel);
    const target = new Uint8Array(100);
    return [
      () => pipe.tryRead(target),
      () => pipe.read(target),
      () => pipe.readSync(target),
      () => pipe.readable.getReader().read(),
      () => pipe[Symbol.asyncIterator]().next(),
    ];
  },
};

/** `send`, then each way to read, must fail with the same error, close the channel, and consume nothing. */
async function refuses(reads: (channel: Channel) => readonly (() => unknown)[], send: Send): Promise<void> {
  const ways = reads(hostilePair()[1]).length;
  for (let way = 0; way < ways; way++) {
    const [evil, channel] = hostilePair();
    const read = reads(channel)[way]!;
    send(evil);
    const before = channel.inspect();
    const error = await thrownBy(read, `way ${way}`);
    assert.ok(error instanceof ChannelError && error.code === 'UnexpectedPacket', `way ${way}: ${String(error)}`);
    const { incoming, state, failure } = channel.inspect();
    assert.equal(state, 'closed');
    assert.equal(failure, error.message);
    assert.equal(incoming.control.out, before.incoming.control.out);
    assert.equal(incoming.offset['nextOut'], before.incoming.offset['nextOut']);
    assert.equal(await channel.closed, error);
    await assertChannelError('PeerClosed', () => new MessagePipe(evil).trySend(numbered(1)));
  }
}

describe('what does not belong in a pipe', () => {
  for (const [pipe, reads] of Object.entries(READS)) {
    for (const [what, send] of Object.entries({ ...HOSTILE, ...OTHER_PACKETS })) {
      it(`closes ${pipe} and stays in the ring: ${what}`, () => refuses(reads, send));
    }
  }

  for (const [what, send] of Object.entries(OTHER_PACKETS)) {
    it(`closes a raw pipe: ${what}`, () =>
      refuses((channel) => [() => new MessagePipe(channel, { raw: true }).tryReceive()], send));
  }

  it('ends a receive that waits', async () => {
    const [evil, channel] = hostilePair();
    const pipe = new MessagePipe(channel);
    const pending = pipe.receive();
    assert.equal(await outcome(pending), 'pending');
    sendPacket(evil, [pipeHeader(2, 8), numbered(8)]);
    await assertChannelError('UnexpectedPacket', () => pending);
  });

  it('comes after what was good', async () => {
    const [evil, channel] = hostilePair();
    const pipe = new MessagePipe(channel);
    sendPacket(evil, [pipeHeader(1, 3), numbered(3)]);
    sendPacket(evil, [pipeHeader(9, 3), numbered(3)]);
    assert.equal(pipe.tryReceive()?.length, 3);
    await assertChannelError('UnexpectedPacket', () => pipe.tryReceive());
  });
});

describe('what is unusual and legal', () => {
  it('a length smaller than the payload', async () => {
    const [evil, channel] = hostilePair();
    const pipe = new MessagePipe(channel);
    sendPacket(evil, [pipeHeader(1, 3), numbered(40)]);
    assert.deepEqual(await pipe.receive(), numbered(3));
    sendPacket(evil, [pipeHeader(1, 0), numbered(40)]);
    assert.deepEqual(await pipe.receive(), numbered(0));
  });

  it('a byte stream with a length smaller than the payload', async () => {
    const [evil, channel] = hostilePair();
    const pipe = new BytePipe(channel);
    sendPacket(evil, [pipeHeader(1, 3), numbered(40)]);
    sendPacket(evil, [pipeHeader(1, 2), numbered(16, 3)]);
    const target = new Uint8Array(100);
    assert.equal(await pipe.read(target), 5);
    assert.deepEqual(target.subarray(0, 5), numbered(5));
  });

  it('a packet that asks for a completion', async () => {
    const [evil, channel] = hostilePair();
    const pipe = new MessagePipe(channel);
    sendPacket(evil, [pipeHeader(1, 3), numbered(3)], OutgoingPacketType.InBandWithCompletion);
    assert.deepEqual(await pipe.receive(), numbered(3));
  });
});

describe('what the peer changes while a packet is read in part', () => {
  it('neither position nor length, whatever it writes over the header', async () => {
    const headers: readonly (readonly [type: number, length: number])[] = [
      [1, 4],
      [1, 0xffff0010],
      [2, 0x0000_0010],
      [2, 0x000c_0010],
      [9, 9],
    ];
    for (const [type, length] of headers) {
      const [evil, channel] = hostilePair();
      const pipe = new BytePipe(channel);
      sendPacket(evil, [pipeHeader(1, 16), numbered(16)]);
      const target = new Uint8Array(4);
      assert.equal(await pipe.read(target), 4);
      assert.equal(pipe.inspect().partialBytes, 4);
      // Descriptor, pipe header: the first 24 bytes of the ring.
      evil.outgoing.mem().writeAt(0, new Uint8Array(16).fill(0xff));
      evil.outgoing.mem().writeAt(16, pipeHeader(type, length));
      const rest = new Uint8Array(100);
      assert.equal(await pipe.read(rest), 12);
      assert.deepEqual(rest.subarray(0, 12), numbered(12, 4));
      assert.equal(pipe.tryRead(rest), null);
      assert.equal(pipe.inspect().incoming.filledBytes, 0);
    }
  });

  it('and nothing is ever written to its ring', async () => {
    const [evil, channel] = hostilePair();
    const pipe = new BytePipe(channel);
    sendPacket(evil, [pipeHeader(1, 64), numbered(64)]);
    const before = new Uint8Array(4096);
    evil.outgoing.mem().readAt(0, before);
    for (let i = 0; i < 64; i++) await pipe.read(new Uint8Array(1));
    const after = new Uint8Array(4096);
    evil.outgoing.mem().readAt(0, after);
    assert.deepEqual(after, before);
  });
});

it('a ring that is corrupt closes the pipe', async () => {
  const [evil, channel] = hostilePair();
  const pipe = new MessagePipe(channel);
  evil.outgoing.mem().control()[0] = 3;
  await assertRingFailure('InvalidRingPointer', () => pipe.receive());
  await assertRingFailure('InvalidRingPointer', () => pipe.trySend(numbered(1)));
});

it('memory that is gone is told from a packet that does not belong here', async () => {
  const buffer = new ArrayBuffer(8192);
  const [ours, theirs] = createSignals();
  const other = new FlatRingMem(4096);
  const memory = new FlatRingMem(4096, buffer);
  const evil = new ChannelClass({ incoming: other, outgoing: memory, signal: theirs });
  const pipe = new MessagePipe(new ChannelClass({ incoming: memory, outgoing: other, signal: ours }));
  sendPacket(evil, [pipeHeader(1, 3), numbered(3)]);
  sendPacket(evil, [pipeHeader(1, 3), numbered(3)]);
  assert.equal(pipe.tryReceive()?.length, 3);
  structuredClone(buffer, { transfer: [buffer] });
  await assertRingFailure('InvalidRingMemory', () => pipe.tryReceive());
});
