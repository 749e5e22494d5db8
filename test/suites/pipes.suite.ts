import {
  type BytePipe,
  connectedBytePipes,
  connectedMessagePipes,
  connectedRawMessagePipes,
  jsonCodec,
  TypedPipe,
} from '../../src/index.ts';
import { Xorshift } from '../support/xorshift.ts';
import { deepEqual, equal, ok, rejects, throws } from './assert.ts';
import { padded, sameBytes, utf8 } from './bytes.ts';
import type { Suite } from './suite.ts';

const RING_BYTES = 4096;
const STREAM_BYTES = 200_000;

/** Writes `bytes` in pieces of random sizes, and ends the stream. */
async function writeAll(pipe: BytePipe, bytes: Uint8Array, random: Xorshift): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    const length = 1 + random.below(3000);
    await pipe.write(bytes.subarray(at, at + length));
    at += length;
  }
  await pipe.end();
}

/** Reads pieces of random sizes, until the stream ends. */
async function readAll(pipe: BytePipe, length: number, random: Xorshift): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let at = 0; ;) {
    const target = bytes.subarray(at, at + 1 + random.below(3000));
    const read = await pipe.read(target.length > 0 ? target : new Uint8Array(1));
    if (read === 0) return bytes.subarray(0, at);
    at += read;
  }
}

/** Messages and bytes through pipes within one thread. */
export const pipeSuite: Suite = {
  name: 'pipes',
  define(test) {
    test('messages keep their exact length, and are kept apart', async () => {
      const [a, b] = connectedMessagePipes({ ringBytes: RING_BYTES });
      for (const length of [0, 1, 7, 8, 9, 1000, a.maximumMessageSize]) {
        const message = new Xorshift(length).bytes(length);
        await a.send(message);
        deepEqual(await b.receive(), message);
      }
    });

    test('messages of raw pipes are padded', async () => {
      const [a, b] = connectedRawMessagePipes({ ringBytes: RING_BYTES });
      for (const length of [0, 1, 8, a.maximumMessageSize]) {
        const message = new Xorshift(length).bytes(length);
        await a.send(message);
        deepEqual(await b.receive(), padded(message));
      }
    });

    test('values in JSON, and a message that is none', async () => {
      interface Task {
        readonly id: number;
        readonly name: string;
        readonly parts: readonly (string | null)[];
      }
      const [a, b] = connectedMessagePipes({ ringBytes: RING_BYTES });
      const ours = new TypedPipe(a, jsonCodec<Task>());
      const theirs = new TypedPipe(b, jsonCodec<Task>());
      const tasks = [
        { id: 1, name: 'Grüße 🚌', parts: ['', null] },
        { id: 2, name: '', parts: [] },
      ];
      const sending = (async () => {
        for (const task of tasks) await ours.send(task);
        await a.send(utf8('{"id":'));
        await ours.send(tasks[0]!);
        ours.close();
      })();
      for (const task of tasks) deepEqual(await theirs.receive(), task);
      await rejects(theirs.receive(), { name: 'CodecError', code: 'DecodeFailed' });
      const rest: Task[] = [];
      for await (const task of theirs) rest.push(task);
      deepEqual(rest, [tasks[0]]);
      await sending;
    });

    test('a message that is too large is refused', () => {
      const [a, b] = connectedMessagePipes({ ringBytes: RING_BYTES });
      throws(() => a.trySend(new Uint8Array(a.maximumMessageSize + 1)), {
        name: 'InvalidPacketError',
        code: 'InvalidMessageLength',
      });
      equal(b.tryReceive(), null);
    });

    test('for await over messages ends when the peer closes', async () => {
      const [a, b] = connectedMessagePipes({ ringBytes: RING_BYTES });
      const texts = Array.from({ length: 500 }, (_, i) => `message ${i}`);
      const sending = (async () => {
        for (const text of texts) await a.send(utf8(text));
        a.close();
      })();
      const received: string[] = [];
      for await (const message of b) received.push(new TextDecoder().decode(message));
      await sending;
      deepEqual(received, texts);
    });

    test(`${STREAM_BYTES} bytes each way, in pieces of random sizes`, async () => {
      const [a, b] = connectedBytePipes({ ringBytes: [RING_BYTES, 2 * RING_BYTES] });
      const there = new Xorshift(1).bytes(STREAM_BYTES);
      const back = new Xorshift(2).bytes(STREAM_BYTES);
      const [, , gotThere, gotBack] = await Promise.all([
        writeAll(a, there, new Xorshift(3)),
        writeAll(b, back, new Xorshift(4)),
        readAll(b, STREAM_BYTES, new Xorshift(5)),
        readAll(a, STREAM_BYTES, new Xorshift(6)),
      ]);
      ok(sameBytes(gotThere, there), 'the bytes of the way there');
      ok(sameBytes(gotBack, back), 'the bytes of the way back');
    });

    test('a stream that is cut off has no end', async () => {
      const [a, b] = connectedBytePipes({ ringBytes: RING_BYTES });
      await a.write(utf8('hello'));
      a.close();
      equal(await b.read(new Uint8Array(100)), 5);
      await rejects(b.read(new Uint8Array(100)), { name: 'ChannelError', code: 'PeerClosed' });
    });

    test('waitEmpty waits until all is read', async () => {
      const [a, b] = connectedBytePipes({ ringBytes: RING_BYTES });
      await a.write(new Uint8Array(1000));
      await rejects(a.waitEmpty({ timeoutMs: 1 }), { name: 'ChannelError', code: 'TimedOut' });
      const empty = a.waitEmpty();
      equal(await b.read(new Uint8Array(1000)), 1000);
      await empty;
    });
  },
};
