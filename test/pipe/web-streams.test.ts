import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type BytePipe, connectedBytePipes, connectedMessagePipes } from '../../src/index.ts';
import { assertChannelError, outcome } from '../channel/ends.ts';
import { numbered } from './hostile-peer.ts';

const ringBytes = 4096;
const BYTES = numbered(50_000);

/** A stream of `bytes` in chunks of various sizes. */
function streamOf(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  let size = 1;
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      if (at >= bytes.length) {
        controller.close();
        return;
      }
      controller.enqueue(bytes.slice(at, at + size));
      at += size;
      size = (size * 7) % 4999;
    },
  });
}

async function bytesOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

describe('a byte pipe as web streams', () => {
  it('is made once, when it is asked for', () => {
    const [a] = connectedBytePipes({ ringBytes });
    assert.equal(a.readable, a.reader.readable);
    assert.equal(a.writable, a.split().writer.writable);
    assert.ok(a.readable instanceof ReadableStream && a.writable instanceof WritableStream);
  });

  it('passes through pipeTo and a Response', async () => {
    const [a, b] = connectedBytePipes({ ringBytes });
    const [, received] = await Promise.all([streamOf(BYTES).pipeTo(a.writable), bytesOf(b.readable)]);
    assert.deepEqual(received, BYTES);
    await a.waitEmpty();
  });

  it('is text, both ways at once', async () => {
    const [a, b] = connectedBytePipes({ ringBytes });
    const text = 'häl\u20aco \u{1f600} '.repeat(2000);
    const send = (pipe: BytePipe): Promise<void> => new Blob([text]).stream().pipeTo(pipe.writable);
    const results = await Promise.all([
      new Response(a.readable).text(),
      new Response(b.readable).text(),
      send(a),
      send(b),
    ]);
    assert.equal(results[0], text);
    assert.equal(results[1], text);
  });

  it('passes through gzip and back', async () => {
    const [a, b] = connectedBytePipes({ ringBytes });
    const packed = streamOf(BYTES).pipeThrough(new CompressionStream('gzip'));
    const sent = packed.pipeTo(a.writable);
    const unpacked = b.readable.pipeThrough(new DecompressionStream('gzip'));
    assert.deepEqual(await bytesOf(unpacked), BYTES);
    await sent;
  });

  it('passes through itself, as a transform: there and back', async () => {
    const [a, b] = connectedBytePipes({ ringBytes });
    const echo = b.readable.pipeTo(b.writable);
    assert.deepEqual(await bytesOf(streamOf(BYTES).pipeThrough(a)), BYTES);
    await echo;
  });

  it('reads into buffers that the reader brings', async () => {
    const [a, b] = connectedBytePipes({ ringBytes });
    const sent = streamOf(BYTES).pipeTo(a.writable);
    const reader = b.readable.getReader({ mode: 'byob' });
    const received: number[] = [];
    for (let size = 1; ; size = (size * 3) % 5000) {
      const { value, done } = await reader.read(new Uint8Array(new ArrayBuffer(size + 2), 1, size));
      if (done) break;
      assert.ok(value.length > 0 && value.length <= size);
      assert.equal(value.byteOffset, 1, 'no copy was made');
      received.push(...value);
    }
    assert.deepEqual(Uint8Array.from(received), BYTES);
    await sent;
  });

  it('fills buffers to a minimum, where the runtime knows it', async () => {
    const [a, b] = connectedBytePipes({ ringBytes });
    const reader = b.readable.getReader({ mode: 'byob' });
    const read = reader.read(new Uint8Array(100), { min: 50 });
    for (let i = 0; i < 60; i += 10) {
      await a.write(numbered(10, i));
      await outcome(read);
    }
    const { value } = await read;
    assert.deepEqual(value, numbered(value?.length ?? 0));
    assert.ok(value !== undefined && value.length >= 10 && value.length <= 60);
    if (/^v2[2-9]/.test(process.version) && !('Bun' in globalThis) && !('Deno' in globalThis)) {
      assert.ok(value.length >= 50, `${value.length} bytes`);
    }
  });

  it('is read by two after a tee', async () => {
    const [a, b] = connectedBytePipes({ ringBytes });
    const [one, two] = b.readable.tee();
    const [first, second] = await Promise.all([bytesOf(one), bytesOf(two), streamOf(BYTES).pipeTo(a.writable)]);
    assert.deepEqual(first, BYTES);
    assert.deepEqual(second, BYTES);
  });

  it('is iterated over', async () => {
    const [a, b] = connectedBytePipes({ ringBytes });
    const sent = streamOf(BYTES).pipeTo(a.writable);
    let total = 0;
    for await (const chunk of b.readable as unknown as AsyncIterable<Uint8Array>) {
      assert.deepEqual(new Uint8Array(chunk), BYTES.slice(total, total + chunk.length));
      total += chunk.length;
    }
    assert.equal(total, BYTES.length);
    await sent;
  });

  it('holds back whoever writes, and takes nothing before it is read', async () => {
    const [a, b] = connectedBytePipes({ ringBytes });
    const stream = b.readable;
    const writer = a.writable.getWriter();
    const written = writer.write(numbered(10_000));
    assert.equal(await outcome(written), 'pending');
    assert.ok((writer.desiredSize ?? 0) <= 0);
    assert.equal(b.inspect().incoming.packets, 0, 'nobody has asked yet');
    const reader = stream.getReader();
    let total = 0;
    while (total < 10_000) total += (await reader.read()).value?.length ?? 0;
    await written;
    await writer.close();
    assert.equal((await reader.read()).done, true);
  });

  it('takes any view, and no text', async () => {
    const [a, b] = connectedBytePipes({ ringBytes });
    const writer = (a.writable as WritableStream<unknown>).getWriter();
    await writer.write(Uint16Array.of(1, 2));
    await writer.write(new DataView(new ArrayBuffer(4), 1, 2));
    await writer.write(Uint8Array.of(7).buffer);
    assert.equal(b.tryRead(new Uint8Array(100)), 7);
    await assert.rejects(writer.write('text'), TypeError);
  });

  it('fails where the peer closes without an end', async () => {
    const [a, b] = connectedBytePipes({ ringBytes });
    await a.write(numbered(3));
    a.close();
    const reader = b.readable.getReader();
    assert.equal((await reader.read()).value?.length, 3);
    await assertChannelError('PeerClosed', () => reader.read());
    await assertChannelError('PeerClosed', () => b.writable.getWriter().write(numbered(1)));
  });

  it('cancelled, closes the channel, a pending read or not', async () => {
    for (const pending of [true, false]) {
      const [a, b] = connectedBytePipes({ ringBytes });
      const reader = b.readable.getReader();
      const read = pending ? reader.read() : null;
      await reader.cancel('enough');
      assert.equal((await read)?.done ?? true, true);
      assert.equal(b.channel.isClosed, true);
      await assertChannelError('PeerClosed', () => a.write(numbered(1)));
      assert.equal(b.inspect().failure, 'this end of the channel is closed');
    }
  });

  it('aborted, closes the channel, although a write waits', async () => {
    const [a, b] = connectedBytePipes({ ringBytes });
    const writer = a.writable.getWriter();
    const written = writer.write(numbered(20_000));
    const failed = assert.rejects(written);
    assert.equal(await outcome(written), 'pending');
    await writer.abort(new Error('why'));
    await failed;
    assert.equal(a.channel.isClosed, true);
    const target = new Uint8Array(20_000);
    assert.equal(await b.read(target), 4016);
    await assertChannelError('PeerClosed', () => b.read(target));
  });

  it('goes on beside a loop that was left with preventCancel', async () => {
    const [a, b] = connectedBytePipes({ ringBytes });
    await a.write(numbered(1));
    const chunks = b.readable.values({ preventCancel: true });
    await chunks.next();
    await chunks.return?.();
    await b.write(numbered(2));
    assert.equal(a.tryRead(new Uint8Array(10)), 2);
  });
});

describe('a message pipe as web streams', () => {
  it('has one message for each chunk, empty ones too', async () => {
    const [a, b] = connectedMessagePipes({ ringBytes });
    const source = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let i = 0; i < 200; i++) controller.enqueue(numbered((i * 31) % 100, i));
        controller.close();
      },
    });
    const sent = source.pipeTo(a.writable);
    let count = 0;
    for (const reader = b.readable.getReader(); ; count++) {
      const { value, done } = await reader.read();
      if (done) break;
      assert.deepEqual(value, numbered((count * 31) % 100, count));
    }
    assert.equal(count, 200);
    await sent;
    assert.equal(a.channel.isClosed, true);
  });

  it('stays open where it is told to', async () => {
    const [a, b] = connectedMessagePipes({ ringBytes });
    const echo = b.readable.pipeTo(b.writable, { preventClose: true });
    const source = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(numbered(3));
        controller.close();
      },
    });
    await source.pipeTo(a.writable, { preventClose: true });
    assert.deepEqual(await a.receive(), numbered(3));
    a.close();
    await echo;
  });

  it('holds back, fails and ends as the pipe does', async () => {
    const [a, b] = connectedMessagePipes({ ringBytes });
    const reader = b.readable.getReader();
    const writer = a.writable.getWriter();
    await writer.write(numbered(4000));
    const second = writer.write(numbered(4000));
    assert.equal(await outcome(second), 'pending');
    assert.equal(b.inspect().incoming.packets, 0, 'nobody has asked yet');
    assert.equal((await reader.read()).value?.length, 4000);
    await second;
    await reader.cancel();
    await assertChannelError('PeerClosed', () => writer.write(numbered(1)));
    const [c, d] = connectedMessagePipes({ ringBytes });
    d.channel.signal.peerGone('died');
    await assertChannelError('PeerDied', () => d.readable.getReader().read());
    await assert.rejects(c.writable.getWriter().write(7 as unknown as Uint8Array), TypeError);
  });
});
