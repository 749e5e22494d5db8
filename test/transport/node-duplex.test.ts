import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type Duplex, PassThrough, Readable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { describe, it } from 'node:test';
import { createGunzip, createGzip } from 'node:zlib';
import { connectedBytePipes, type BytePipe } from '../../src/index.ts';
import { toDuplex } from '../../src/transport/node/index.ts';
import { assertChannelError } from '../channel/ends.ts';
import { numbered } from '../pipe/hostile-peer.ts';

const BYTES = numbered(100_000);

/** Two streams that are connected to each other, and their pipes. */
function pair(options = {}): [Duplex, Duplex, BytePipe, BytePipe] {
  const [a, b] = connectedBytePipes({ ringBytes: 4096 });
  return [toDuplex(a, options), toDuplex(b, options), a, b];
}

async function bytesOf(stream: Readable): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

function chunksOf(bytes: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}

describe('a byte pipe as a Node stream', () => {
  it('passes through pipeline and for await, in chunks of any size', async () => {
    for (const size of [100, 1999, 30_000]) {
      const [a, b] = pair();
      b.end();
      const sent = pipeline(Readable.from(chunksOf(BYTES, size)), a);
      assert.deepEqual(await bytesOf(b), Buffer.from(BYTES));
      a.resume();
      await sent;
      await finished(a);
    }
  });

  it('is a part of longer pipelines, there and back', async () => {
    const [a, b] = pair();
    const echo = pipeline(b, createGunzip(), new PassThrough(), createGzip(), b);
    const source = Readable.from(chunksOf(BYTES, 5000));
    const back = createGunzip();
    const [received] = await Promise.all([bytesOf(back), pipeline(source, createGzip(), a, back), echo]);
    assert.deepEqual(received, Buffer.from(BYTES));
  });

  it('holds back whoever writes, and drains', async () => {
    const [a, b] = pair({ highWaterMark: 1000 });
    assert.equal(a.write(numbered(4000)), false);
    let writes = 1;
    for (; writes < 10; writes++) a.write(numbered(4000));
    const drained = once(a, 'drain');
    let isDrained = false;
    void drained.then(() => (isDrained = true));
    await new Promise(setImmediate);
    assert.equal(isDrained, false);
    assert.ok(a.writableLength > 20_000, 'what is not in the ring is still with Node');
    let total = 0;
    for await (const chunk of b.iterator({ destroyOnReturn: false })) {
      total += (chunk as Uint8Array).length;
      if (total === 40_000) break;
    }
    await drained;
    assert.equal(a.writableLength, 0);
  });

  it('reads no more than its high-water mark ahead', async () => {
    const [, b, pipe] = pair({ readableHighWaterMark: 100 });
    void pipe.write(BYTES).catch(() => {});
    b.read(0);
    await new Promise(setImmediate);
    assert.ok(b.readableLength <= 200, `${b.readableLength} bytes`);
    b.destroy();
  });

  it('can be half open, either way', async () => {
    const [a, b] = pair();
    const ended = once(b, 'end');
    a.end('ping');
    assert.equal(String(await once(b, 'data').then(([chunk]) => chunk as Buffer)), 'ping');
    await ended;
    assert.equal(b.writable, true);
    b.end('pong');
    assert.equal(String(await bytesOf(a)), 'pong');
    const [c, d] = pair({ allowHalfOpen: false });
    d.resume();
    c.resume();
    c.end();
    await Promise.all([finished(d), finished(c)]);
  });

  it('writes text, several writes at once, and nothing', async () => {
    const [a, b] = pair();
    a.cork();
    a.write('h\u20ac');
    a.write('6869', 'hex');
    a.write('');
    a.write(Buffer.from('!'));
    a.uncork();
    a.end();
    b.end();
    assert.equal(String(await bytesOf(b)), 'h\u20achi!');
  });

  it('closes the channel when both ways have ended', async () => {
    const [a, b, pipe] = pair();
    a.resume();
    b.resume();
    a.end();
    b.end();
    await Promise.all([once(a, 'close'), once(b, 'close')]);
    assert.equal(pipe.channel.isClosed, true);
    assert.equal(a.errored, null);
  });
});

describe('destroying it', () => {
  it('closes the channel, whatever waits', async () => {
    const [a, b, pipe, peer] = pair();
    a.resume();
    a.write(numbered(50_000), () => {});
    await new Promise(setImmediate);
    a.destroy();
    await once(a, 'close');
    assert.equal(pipe.channel.isClosed, true);
    b.resume();
    const [error] = (await once(b, 'error')) as [Error];
    await assertChannelError('PeerClosed', () => {
      throw error;
    });
    assert.equal(peer.channel.isClosed, true);
  });

  it('midway fails the pipeline that writes to it: not all was sent', async () => {
    const [a] = pair();
    a.resume();
    const piped = pipeline(Readable.from([numbered(500_000)]), a);
    await new Promise(setImmediate);
    a.destroy();
    await assert.rejects(piped);
  });

  it('with an error emits that one', async () => {
    const [a, , pipe] = pair();
    const why = new Error('why');
    a.resume();
    const failed = once(a, 'error');
    a.destroy(why);
    assert.deepEqual(await failed, [why]);
    assert.equal(pipe.channel.isClosed, true);
  });

  it('happens by an abort signal, and by leaving a loop', async () => {
    const aborter = new AbortController();
    const [a, b, pipe] = pair({ signal: aborter.signal });
    const failed = once(a, 'error');
    b.on('error', () => {});
    aborter.abort();
    const [error] = (await failed) as [Error];
    assert.equal(error.name, 'AbortError');
    assert.equal(pipe.channel.isClosed, true);
    const [c, d, , peer] = pair();
    c.on('error', () => {});
    c.write('x');
    for await (const chunk of d) {
      assert.equal(String(chunk), 'x');
      break;
    }
    assert.equal(peer.channel.isClosed, true);
  });

  it('by the peer is an error, after all that was sent', async () => {
    const [, b, pipe] = pair();
    await pipe.write(numbered(3000));
    pipe.close();
    let total = 0;
    await assertChannelError('PeerClosed', async () => {
      for await (const chunk of b) total += (chunk as Uint8Array).length;
    });
    assert.equal(total, 3000);
    const [c, , , peer] = pair();
    peer.close();
    await assertChannelError('PeerClosed', () => pipeline(Readable.from([numbered(10)]), c));
  });
});
