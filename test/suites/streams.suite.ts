import { type BytePipe, connectedBytePipes, connectedMessagePipes } from '../../src/index.ts';
import { Xorshift } from '../support/xorshift.ts';
import { deepEqual, equal, ok, rejectionOf, rejects } from './assert.ts';
import { compressible, sameBytes, utf8 } from './bytes.ts';
import type { Suite } from './suite.ts';

const RING_BYTES = 4096;
const STREAM_BYTES = 200_000;
const CUT_OFF = { name: 'ChannelError', code: 'PeerClosed' };

function pipes(): [BytePipe, BytePipe] {
  return connectedBytePipes({ ringBytes: RING_BYTES });
}

/** Everything that comes out of a stream. */
async function bytesOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Pipes as web streams: what the platform's own code does with them. */
export const streamSuite: Suite = {
  name: 'streams',
  define(test) {
    test('a body of a Response', async () => {
      const [a, b] = pipes();
      const text = new Response(b.readable).text();
      for (const part of ['hello, ', 'ring']) await a.write(utf8(part));
      await a.end();
      equal(await text, 'hello, ring');
    });

    test(`a Blob of ${STREAM_BYTES} bytes, with pipeTo`, async () => {
      const [a, b] = pipes();
      const bytes = new Xorshift(8).bytes(STREAM_BYTES);
      const [, received] = await Promise.all([new Blob([bytes]).stream().pipeTo(a.writable), bytesOf(b.readable)]);
      ok(sameBytes(received, bytes));
    });

    for (const format of ['gzip', 'deflate'] as const) {
      test(`there and back through CompressionStream, ${format}`, async () => {
        const [a, b] = pipes();
        const bytes = compressible(STREAM_BYTES);
        const packed = new Blob([bytes]).stream().pipeThrough(new CompressionStream(format));
        const [, unpacked] = await Promise.all([
          packed.pipeTo(a.writable),
          bytesOf(b.readable.pipeThrough(new DecompressionStream(format)) as ReadableStream<Uint8Array<ArrayBuffer>>),
        ]);
        ok(sameBytes(unpacked, bytes));
        ok(a.inspect().outgoing.bytes < STREAM_BYTES, 'it was not packed');
      });
    }

    test('a reader that brings its own buffer', async () => {
      const [a, b] = pipes();
      const reader = b.readable.getReader({ mode: 'byob' });
      await a.write(Uint8Array.of(1, 2, 3, 4, 5));
      const first = await reader.read(new Uint8Array(new ArrayBuffer(8), 1, 3));
      deepEqual(first.value, Uint8Array.of(1, 2, 3));
      equal(first.value?.byteOffset, 1);
      deepEqual((await reader.read(new Uint8Array(8))).value, Uint8Array.of(4, 5));
      const last = reader.read(new Uint8Array(8));
      await a.end();
      const { done, value } = await last;
      equal(done, true);
      equal(value?.length, 0);
    });

    test('for await over a stream', async () => {
      const [a, b] = pipes();
      const bytes = new Xorshift(3).bytes(20_000);
      const writing = a.write(bytes).then(() => a.end());
      const chunks: Uint8Array<ArrayBuffer>[] = [];
      for await (const chunk of b.readable) chunks.push(chunk);
      await writing;
      ok(sameBytes(new Uint8Array(await new Blob(chunks).arrayBuffer()), bytes));
    });

    test('a writer is held back until somebody reads', async () => {
      const [a, b] = pipes();
      const writer = a.writable.getWriter();
      let written = false;
      const writing = writer.write(new Uint8Array(3 * RING_BYTES)).then(() => (written = true));
      const { readable } = b;
      await new Promise((resolve) => setTimeout(resolve, 20));
      equal(written, false);
      const reading = bytesOf(readable);
      await writing;
      await writer.close();
      equal((await reading).length, 3 * RING_BYTES);
    });

    test('cancelling the reader fails the writer', async () => {
      const [a, b] = pipes();
      const writing = rejects(a.writable.getWriter().write(new Uint8Array(3 * RING_BYTES)), CUT_OFF);
      await b.readable.cancel('enough');
      await writing;
    });

    test('aborting the writer fails the reader', async () => {
      const [a, b] = pipes();
      const reading = rejects(b.readable.getReader().read(), CUT_OFF);
      await a.writable.abort('enough');
      await reading;
    });

    test('aborting the writer ends a write that waits for room', async () => {
      const [a, b] = pipes();
      const writer = a.writable.getWriter();
      const writing = rejectionOf(writer.write(new Uint8Array(3 * RING_BYTES)));
      await b.readable.getReader().read();
      const reason = { why: 'enough' };
      await writer.abort(reason);
      equal(await writing, reason);
    });

    test('messages as a stream: a chunk for each', async () => {
      const [a, b] = connectedMessagePipes({ ringBytes: RING_BYTES });
      const writer = a.writable.getWriter();
      const sending = (async () => {
        for (let i = 0; i < 100; i++) await writer.write(new Uint8Array(i).fill(i));
        await writer.close();
      })();
      let messages = 0;
      for await (const message of b.readable) {
        deepEqual(message, new Uint8Array(messages).fill(messages));
        messages++;
      }
      await sending;
      equal(messages, 100);
    });
  },
};
