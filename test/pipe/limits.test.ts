import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { connectedMessagePipes, connectedRawMessagePipes, InvalidPacketError, MessagePipe } from '../../src/index.ts';
import { assertChannelError } from '../channel/ends.ts';
import { hostilePair, numbered, pipeHeader, sendPacket } from './hostile-peer.ts';

/** Bytes of data of the ring that an end writes, and of the one that it reads; and the largest message of the first. */
const FRAMED: readonly (readonly [outgoing: number, incoming: number, limit: number])[] = [
  [4096, 4096, 4056],
  [4096, 65536, 4056],
  [65536, 4096, 16384],
  [8192, 4096, 8152],
  [16384, 4096, 16344],
  [20480, 4096, 16384],
];

const RAW: readonly (readonly [outgoing: number, incoming: number, limit: number])[] = [
  [4096, 4096, 4064],
  [4096, 65536, 4064],
  [65536, 4096, 65504],
  [524288, 4096, 524256],
  [1048576, 4096, 524264],
];

describe('the largest message', () => {
  for (const [kind, connect, table] of [
    ['framed', connectedMessagePipes, FRAMED],
    ['raw', connectedRawMessagePipes, RAW],
  ] as const) {
    for (const [outgoing, incoming, limit] of table) {
      it(`${kind}, in a ring of ${outgoing} bytes with one of ${incoming} the other way: ${limit}`, async () => {
        const [a, b] = connect({ ringBytes: [outgoing, incoming] });
        assert.equal(a.maximumMessageSize, limit);
        assert.equal(b.reader.maximumMessageSize, limit);
        const largest = numbered(limit);
        // Full, wherever in the ring it begins.
        for (let i = 0; i < 3; i++) {
          assert.ok(a.trySend(largest));
          assert.deepEqual(await b.receive(), largest);
          a.trySend(numbered(100));
          assert.ok(b.tryReceive());
        }
        const tooLarge = new Uint8Array(limit + 1);
        assert.throws(() => a.trySend(tooLarge), InvalidPacketError);
        assert.throws(() => a.trySend([largest, numbered(1)]), InvalidPacketError);
        assert.throws(() => a.sendSync(tooLarge), InvalidPacketError);
        await assert.rejects(a.send(tooLarge), InvalidPacketError);
        const batch = a.sendBatch();
        assert.throws(() => batch.trySend(tooLarge), InvalidPacketError);
        batch.commit();
        assert.equal(b.tryReceive(), null);
      });
    }
  }

  it('holds for what comes in as well', async () => {
    for (const length of [16384, 16385]) {
      const [evil, channel] = hostilePair([65536, 4096]);
      const pipe = new MessagePipe(channel);
      sendPacket(evil, [pipeHeader(1, length), numbered(length)]);
      if (length === 16384) assert.equal((await pipe.receive()).length, 16384);
      else await assertChannelError('UnexpectedPacket', () => pipe.receive());
    }
  });
});
