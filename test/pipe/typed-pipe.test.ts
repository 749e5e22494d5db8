import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Codec, CodecError, connectedMessagePipes, connectedRawMessagePipes } from '../../src/index.ts';
import { jsonCodec, type MessagePipe, TypedPipe } from '../../src/index.ts';
import { assertChannelError, thrownBy } from '../channel/ends.ts';
import { numbered } from './hostile-peer.ts';

/** Shaped as msgpackr's two functions are: bytes of a buffer that is larger, and any value back. */
const msgpackrLike = {
  pack(value: unknown): Uint8Array {
    const text = new TextEncoder().encode(JSON.stringify(value));
    const pool = new Uint8Array(text.length + 64);
    pool.set(text, 32);
    return pool.subarray(32, 32 + text.length);
  },
  unpack(bytes: Uint8Array): unknown {
    return JSON.parse(new TextDecoder().decode(bytes));
  },
};

function pipes<T>(codec: Codec<T>): [TypedPipe<T>, TypedPipe<T>, MessagePipe] {
  const [a, b] = connectedMessagePipes({ ringBytes: 4096 });
  return [new TypedPipe(a, codec), new TypedPipe(b, codec), a];
}

async function assertCodecError(code: string, run: () => unknown): Promise<CodecError> {
  const error = await thrownBy(run);
  assert.ok(error instanceof CodecError, String(error));
  assert.equal(error.code, code);
  assert.ok(error.cause instanceof Error);
  return error;
}

const VALUES = [null, 0, -1.5, '', 'h\u20ac\u{1f600}', true, [], {}, { a: [1, { b: 'c' }] }];

describe('values', () => {
  const { pack, unpack } = msgpackrLike;
  const codecs: Readonly<Record<string, Codec<unknown>>> = {
    JSON: jsonCodec<unknown>(),
    "a codec of msgpackr's shape": { encode: pack, decode: unpack },
  };
  for (const [name, codec] of Object.entries(codecs)) {
    it(`come as they were sent: ${name}`, async () => {
      const [a, b] = pipes(codec);
      for (const value of VALUES) {
        await a.send(value);
        assert.deepEqual(await b.receive(), value);
        a.sendSync(value);
        assert.deepEqual(b.receiveSync(), value);
        assert.ok(a.trySend(value));
        assert.deepEqual(b.tryReceive(), value);
      }
      assert.equal(b.tryReceive(), null);
      for (const value of VALUES) a.trySend(value);
      a.close();
      const received: unknown[] = [];
      for await (const value of b) received.push(value);
      assert.deepEqual(received, VALUES);
    });
  }

  it('are encoded at once', async () => {
    const [a, b] = pipes(jsonCodec<number[]>());
    const value = [1];
    const sent = a.send(value);
    value[0] = 2;
    await sent;
    assert.deepEqual(await b.receive(), [1]);
  });

  it('that have no bytes are not sent', async () => {
    const [a, b] = pipes(jsonCodec<unknown>());
    const cyclic: unknown[] = [];
    cyclic.push(cyclic);
    for (const value of [undefined, Symbol('none'), 1n, cyclic]) {
      const error = await assertCodecError('EncodeFailed', () => a.send(value));
      assert.equal(error.bytes, null);
      await assertCodecError('EncodeFailed', () => a.trySend(value));
      await assertCodecError('EncodeFailed', () => a.sendSync(value));
    }
    assert.equal(b.tryReceive(), null);
  });
});

describe('a message that stands for no value', () => {
  it('is taken and told of, and those behind it come', async () => {
    const [, b, raw] = pipes(jsonCodec<unknown>());
    const reads = [
      () => b.receive(),
      () => b.tryReceive(),
      () => b.receiveSync(),
      async () => {
        for await (const value of b) assert.fail(String(value));
      },
    ];
    for (const read of reads) {
      for (const broken of [new Uint8Array(0), Uint8Array.of(0x7b), Uint8Array.of(0x22, 0xff, 0x22)]) {
        raw.trySend(broken);
        raw.trySend(new TextEncoder().encode('7'));
        const error = await assertCodecError('DecodeFailed', read);
        assert.deepEqual(error.bytes, broken);
        assert.equal(await b.receive(), 7);
      }
    }
  });
});

it('a typed pipe needs exact lengths, and closes with its pipe', async () => {
  const [raw] = connectedRawMessagePipes({ ringBytes: 4096 });
  assert.throws(() => new TypedPipe(raw, jsonCodec()), TypeError);
  const [a, b] = pipes(jsonCodec<number>());
  a.trySend(1);
  a[Symbol.dispose]();
  assert.equal(await b.receive(), 1);
  await assertChannelError('PeerClosed', () => b.receive());
  await assertChannelError('Closed', () => a.send(1));
  await assert.rejects(a.send(numbered(1) as never), Error);
});
