import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  BytePipe,
  Channel,
  type ChannelParts,
  connectedBytePipes,
  connectedMessagePipes,
  connectedRawMessagePipes,
  createSignals,
  FlatRingMem,
  jsonCodec,
  MessagePipe,
  OutgoingPacketType,
  TypedPipe,
} from '../../src/index.ts';
import { hostilePair, numbered, pipeHeader, sendPacket } from './hostile-peer.ts';

const ringBytes = 4096;
const target = new Uint8Array(8);

/** What is done, and what the error says that comes of it. */
const MESSAGES: readonly (readonly [string, () => unknown])[] = [
  ['there is no room in an empty target', () => connectedBytePipes({ ringBytes })[0].tryRead(new Uint8Array(0))],
  ['invalid message length: a message of 4057 bytes, at most 4056 can be sent', () => send(numbered(4057))],
  [
    'invalid message length: a message of 4057 bytes, at most 4056 can be sent',
    () => messages()[0].writer.canSend(4057),
  ],
  ['messageBytes must be an integer from 0 to 9007199254740991, got -1', () => messages()[0].writer.canSend(-1)],
  ['the message has 9 bytes, the target 8', () => received(9).tryReceiveInto(target)],
  ['the message has 9 bytes, the target 8', () => received(9).tryReceiveBatch()!.nextInto(target)],
  ['expected Uint8Array, got Array', () => received(1).tryReceiveInto([] as never)],
  [
    'expected Uint8Array, got Array',
    () =>
      received(1)
        .tryReceiveBatch()!
        .nextInto([] as never),
  ],
  [
    'the batch was committed',
    () => {
      const batch = received(1).tryReceiveBatch()!;
      batch.commit();
      batch.next();
    },
  ],
  [
    'the batch was committed or taken back',
    () => {
      const batch = messages()[0].sendBatch();
      batch.revert();
      batch.trySend(target);
    },
  ],
  [
    'a raw pipe does not keep the length of messages',
    () => new TypedPipe(connectedRawMessagePipes({ ringBytes })[0], jsonCodec()),
  ],
  ['there is no JSON for a value of type undefined', () => jsonCodec().encode(undefined)],
  ['the saved state of a pipe is an object', () => restore('text')],
  ['the saved state of a pipe is an object', () => restore(7)],
  [
    'a saved byte pipe says whether its streams were ended',
    () => restore({ position: 0, readEnded: 1, writeEnded: true }),
  ],
  [
    'a saved byte pipe says whether its streams were ended',
    () => restore({ position: 0, readEnded: true, writeEnded: 1 }),
  ],
  [
    'a saved position must be 0 to 4055, got 4056',
    () => restore({ position: 4056, readEnded: false, writeEnded: false }),
  ],
  ['a saved position must be 0 to 4055, got undefined', () => restore({ readEnded: false, writeEnded: false })],
  [
    'a stream was read to its end, and 3 bytes behind it',
    () => restore({ position: 3, readEnded: true, writeEnded: false }),
  ],
  ['a saved message pipe says whether it is raw', () => restoreMessages({}, false)],
  ['the pipe that was saved was raw', () => restoreMessages({ raw: true }, false)],
  ['the pipe that was saved was not raw', () => restoreMessages({ raw: false }, true)],
];

function messages(): [MessagePipe, MessagePipe] {
  return connectedMessagePipes({ ringBytes });
}

function send(message: Uint8Array): boolean {
  return messages()[0].trySend(message);
}

/** A pipe that has a message of `length` bytes to receive. */
function received(length: number): MessagePipe {
  const [a, b] = messages();
  assert.ok(a.trySend(numbered(length)));
  return b;
}

function restored(user: string, state: unknown): Channel {
  const parts: ChannelParts = {
    incoming: new FlatRingMem(ringBytes),
    outgoing: new FlatRingMem(ringBytes),
    signal: createSignals()[0],
  };
  const saved = new Channel(parts).save();
  return Channel.restore(parts, { ...saved, user, state });
}

function restore(state: unknown): BytePipe {
  return new BytePipe(restored('BytePipe', state));
}

function restoreMessages(state: unknown, raw: boolean): MessagePipe {
  return new MessagePipe(restored('MessagePipe', state), { raw });
}

describe('what a caller gets wrong', () => {
  for (const [message, run] of MESSAGES) {
    it(`an error says: ${message}`, () => {
      assert.throws(run, { message });
    });
  }

  it('an error says that what is waiting has changed', async () => {
    const [a, b] = messages();
    const pieces = [numbered(2000), numbered(2000)];
    assert.ok(a.trySend(numbered(4000)));
    const pending = a.send(pieces);
    pieces.pop();
    b.tryReceive();
    await assert.rejects(pending, { name: 'TypeError', message: 'the message changed its size while it waited' });
  });

  it('an error says that bytes that are waiting have changed', async () => {
    const [a, b] = connectedBytePipes({ ringBytes });
    const buffer = new ArrayBuffer(9000);
    const pending = a.write(new Uint8Array(buffer));
    buffer.transfer();
    b.tryRead(new Uint8Array(4096));
    await assert.rejects(pending, { name: 'TypeError', message: 'the bytes changed their number while they waited' });
  });

  it('an error says what a chunk is', async () => {
    const message = 'a chunk is a Uint8Array, another view, or an ArrayBuffer; text goes through a TextEncoderStream';
    const writer = messages()[0].writable.getWriter();
    await assert.rejects(writer.write('text' as never), { name: 'TypeError', message });
    await assert.rejects(writer.closed, { name: 'TypeError', message });
  });
});

/** A packet, and what is wrong with it. */
const PACKETS: readonly (readonly [string, (evil: Channel) => void])[] = [
  ['type 11', (evil) => sendPacket(evil, [target], OutgoingPacketType.Completion)],
  ['no pipe header', (evil) => sendPacket(evil, [])],
  ['pipe type 4294967295', (evil) => sendPacket(evil, [pipeHeader(0xffff_ffff, 8), target])],
  ['9 bytes in a payload of 16, at most 4056', (evil) => sendPacket(evil, [pipeHeader(1, 9), target])],
];

describe('what a peer gets wrong', () => {
  for (const [detail, publish] of PACKETS) {
    it(`an error says: ${detail}`, () => {
      const [evil, channel] = hostilePair();
      publish(evil);
      const pipe = new MessagePipe(channel);
      assert.throws(
        () => pipe.tryReceive(),
        (error) => {
          assert.ok(error instanceof Error && error.message.endsWith(`: ${detail}, at ring offset 0`), String(error));
          return true;
        },
      );
    });
  }
});
