import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BytePipe, connectedBytePipes, connectedChannels, type Channel } from '../../src/index.ts';
import { assertChannelError, outcome } from '../channel/ends.ts';
import { hostilePair, numbered, pipeHeader, sendPacket } from './hostile-peer.ts';

const ringBytes = 4096;

/** What a peer sees in the ring that it reads: the pipe header of each packet. */
function headersIn(channel: Channel): [type: number, length: number][] {
  const headers: [number, number][] = [];
  const offset = channel.incoming.incoming();
  for (let packet = channel.incoming.read(offset); packet !== null; packet = channel.incoming.read(offset)) {
    const words = new Uint32Array(packet.payload.reader(channel.incoming).readAll().slice(0, 8).buffer);
    headers.push([words[0]!, words[1]!]);
  }
  return headers;
}

async function readAll(pipe: BytePipe): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of pipe) chunks.push(chunk);
  return Uint8Array.from(chunks.flatMap((chunk) => [...chunk]));
}

it("the crate's scenario: 20000 bytes through a ring of 4096", async () => {
  const [host, guest] = connectedBytePipes({ ringBytes });
  const bytes = numbered(20_000);
  const written = guest.write(bytes);
  assert.equal(await outcome(written), 'pending');
  const target = new Uint8Array(20_000);
  for (let total = 0; total < target.length;) total += await host.read(target.subarray(total));
  await written;
  assert.deepEqual(target, bytes);
});

describe('writing', () => {
  it('makes packets of 2048 bytes, two of which fit in any ring', async () => {
    const [channel, peer] = connectedChannels({ ringBytes: [65536, 4096] });
    const pipe = new BytePipe(channel);
    await pipe.write(numbered(5000));
    await pipe.write(numbered(1));
    assert.deepEqual(headersIn(peer), [
      [1, 2048],
      [1, 2048],
      [1, 904],
      [1, 1],
    ]);
    const small = new BytePipe(peer);
    assert.equal(small.tryWrite(numbered(9000)), 2 * 2008);
  });

  it('sends nothing for nothing', async () => {
    const [a, b] = connectedBytePipes({ ringBytes });
    await a.write(new Uint8Array(0));
    a.writeSync(new Uint8Array(0));
    assert.equal(a.tryWrite(new Uint8Array(0)), 0);
    assert.equal(b.tryRead(new Uint8Array(1)), null);
    assert.equal(a.inspect().outgoing.packets, 0);
  });

  it('keeps the order of writes that wait, and the end behind them', async () => {
    const [a, b] = connectedBytePipes({ ringBytes });
    const lengths = [10_000, 1, 5000, 0, 3, 8000];
    let first = 0;
    const writes = lengths.map((length) => {
      const write = a.write(numbered(length, first));
      first += length;
      return write;
    });
    writes.push(a.end());
    assert.deepEqual(await readAll(b), numbered(first));
    await Promise.all(writes);
  });

  it('takes as much as there is room for, if it must not wait', () => {
    const [a, b] = connectedBytePipes({ ringBytes });
    const bytes = numbered(10_000);
    const target = new Uint8Array(10_000);
    let [written, read] = [0, 0];
    for (let round = 0; read < bytes.length; round++) {
      assert.ok(round < 100);
      written += a.tryWrite(bytes.subarray(written));
      read += b.tryRead(target.subarray(read)) ?? 0;
    }
    assert.deepEqual(target, bytes);
  });

  it('takes nothing while others wait, even if there is room by now', async () => {
    const [a, b] = connectedBytePipes({ ringBytes });
    const written = a.write(numbered(5000));
    assert.equal(b.tryRead(new Uint8Array(4016)), 4016);
    assert.equal(a.tryWrite(numbered(1)), 0);
    await written;
    assert.equal(a.tryWrite(numbered(1)), 1);
  });

  it('sends nothing of what bytes have grown by while they waited', async () => {
    const [a, b] = connectedBytePipes({ ringBytes });
    const memory = new SharedArrayBuffer(5000, { maxByteLength: 9000 });
    const written = a.write(new Uint8Array(memory));
    memory.grow(9000);
    const failed = assert.rejects(written, TypeError);
    assert.equal(b.tryRead(new Uint8Array(9000)), 4016);
    await failed;
    assert.equal(b.tryRead(new Uint8Array(9000)), null);
  });

  it('publishes as it goes', async () => {
    const [a, b] = connectedBytePipes({ ringBytes });
    const written = a.write(numbered(30_000));
    const target = new Uint8Array(2008);
    assert.equal(await b.read(target), 2008);
    assert.equal(await outcome(written), 'pending');
    assert.equal(b.tryRead(target), 2008);
    b.close();
    await assertChannelError('PeerClosed', () => written);
  });

  it('refuses what are no bytes, and bytes that change their number', async () => {
    const [a, b] = connectedBytePipes({ ringBytes });
    for (const wrong of ['text', 7, null, new ArrayBuffer(8), [1]]) {
      const bytes = wrong as unknown as Uint8Array;
      assert.throws(() => a.tryWrite(bytes), TypeError);
      assert.throws(() => a.writeSync(bytes), TypeError);
      await assert.rejects(a.write(bytes), TypeError);
    }
    const bytes = numbered(10_000);
    const written = a.write(bytes);
    const next = a.write(numbered(5));
    structuredClone(bytes, { transfer: [bytes.buffer] });
    const failed = assert.rejects(written, TypeError);
    b.tryRead(new Uint8Array(4096));
    await failed;
    await next;
  });

  it('knows when the peer has read everything: as soon as it has the last byte', async () => {
    const [a, b] = connectedBytePipes({ ringBytes });
    await a.write(numbered(10));
    const empty = a.waitEmpty();
    assert.equal(b.tryRead(new Uint8Array(9)), 9);
    assert.equal(await outcome(empty), 'pending');
    assert.equal(b.tryRead(new Uint8Array(9)), 1);
    await empty;
    a.waitEmptySync();
  });
});

describe('reading', () => {
  it('lets the event loop have its turns while bytes keep coming', async () => {
    const [a, b] = connectedBytePipes({ ringBytes: 65536 });
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    let chunks = 0;
    a.tryWrite(numbered(3));
    for await (const chunk of b) {
      assert.equal(chunk.length, 3);
      if (++chunks === 20_000 || turns > 2) break;
      a.tryWrite(numbered(3));
    }
    clearInterval(timer);
    assert.ok(turns > 2, `${chunks} chunks without a turn`);
  });

  it('returns what is there, over packets, and releases each when all of it is read', async () => {
    const [a, b] = connectedBytePipes({ ringBytes });
    for (const length of [3, 4, 5]) await a.write(numbered(length));
    const used = (): number | null => b.inspect().incoming.filledBytes;
    assert.equal(used(), 3 * 40);
    assert.equal(b.tryRead(new Uint8Array(2)), 2);
    assert.equal(used(), 3 * 40);
    assert.equal(b.tryRead(new Uint8Array(2)), 2);
    assert.equal(used(), 2 * 40);
    assert.equal(b.inspect().partialBytes, 1);
    assert.equal(b.tryRead(new Uint8Array(3)), 3);
    assert.equal(used(), 40);
    assert.equal(b.tryRead(new Uint8Array(100)), 5);
    assert.equal(used(), 0);
    assert.equal(b.tryRead(new Uint8Array(100)), null);
    assert.equal(b.inspect().incoming.packets, 3, 'each was parsed once');
  });

  it('has no use for an empty target', async () => {
    const [a, b] = connectedBytePipes({ ringBytes });
    await a.write(numbered(1));
    const empty = new Uint8Array(0);
    assert.throws(() => b.tryRead(empty), RangeError);
    assert.throws(() => b.readSync(empty), RangeError);
    await assert.rejects(b.read(empty), RangeError);
    await assert.rejects(b.read('x' as unknown as Uint8Array), TypeError);
    assert.equal(b.readSync(new Uint8Array(4)), 1);
    const target = new Uint8Array(4);
    const pending = b.read(target);
    structuredClone(target, { transfer: [target.buffer] });
    await a.write(numbered(1));
    await assert.rejects(pending, RangeError);
    assert.equal(await b.read(new Uint8Array(4)), 1, 'nothing was lost');
  });

  it('is one at a time', async () => {
    const [a, b] = connectedBytePipes({ ringBytes });
    const pending = b.read(new Uint8Array(4));
    await assert.rejects(b.read(new Uint8Array(4)), TypeError);
    await a.write(numbered(2));
    assert.equal(await pending, 2);
    assert.throws(() => b.readSync(new Uint8Array(4)), TypeError, 'who waits for himself waits for ever');
  });
});

describe('the end of the stream', () => {
  it('is 0, now and ever after, even when this end is closed', async () => {
    const [a, b] = connectedBytePipes({ ringBytes });
    const pending = b.read(new Uint8Array(4));
    await a.end();
    assert.equal(await pending, 0);
    assert.equal(b.inspect().readEnded, true);
    b.close();
    assert.equal(b.tryRead(new Uint8Array(4)), 0);
    assert.equal(b.readSync(new Uint8Array(4)), 0);
    assert.equal(await b.read(new Uint8Array(4)), 0);
    assert.deepEqual(await readAll(b), new Uint8Array(0));
  });

  it('is taken by the read that tells it, not by the one before', async () => {
    const [a, b] = connectedBytePipes({ ringBytes });
    await a.write(numbered(3));
    await a.end();
    assert.equal(b.tryRead(new Uint8Array(100)), 3);
    assert.equal(b.inspect().incoming.filledBytes, 32, 'the end is still there');
    assert.equal(b.inspect().readEnded, false);
    const empty = a.waitEmpty();
    assert.equal(await outcome(empty), 'pending');
    assert.equal(b.tryRead(new Uint8Array(100)), 0);
    assert.equal(b.inspect().incoming.filledBytes, 0);
    await empty;
  });

  it('is sent once, and nothing after it', async () => {
    const [channel, peer] = connectedChannels({ ringBytes });
    const pipe = new BytePipe(channel);
    await Promise.all([pipe.write(numbered(3)), pipe.end(), pipe.end()]);
    await pipe.end();
    pipe.endSync();
    await assertChannelError('WriteAfterEnd', () => pipe.write(numbered(1)));
    await assertChannelError('WriteAfterEnd', () => pipe.write(new Uint8Array(0)));
    await assertChannelError('WriteAfterEnd', () => pipe.writeSync(numbered(1)));
    await assertChannelError('WriteAfterEnd', () => pipe.tryWrite(numbered(1)));
    assert.equal(pipe.inspect().writeEnded, true);
    assert.deepEqual(headersIn(peer), [
      [1, 3],
      [1, 0],
    ]);
  });

  it('leaves the other way open', async () => {
    const [a, b] = connectedBytePipes({ ringBytes });
    a.endSync();
    assert.equal(await b.read(new Uint8Array(1)), 0);
    await b.write(numbered(5));
    await b.end();
    assert.deepEqual(await readAll(a), numbered(5));
  });

  it('succeeds where nobody listens any more', async () => {
    for (const how of ['closed', 'died'] as const) {
      const [a] = connectedBytePipes({ ringBytes });
      a.channel.signal.peerGone(how);
      await a.end();
      const [b] = connectedBytePipes({ ringBytes });
      b.channel.signal.peerGone(how);
      b.endSync();
      await assertChannelError('WriteAfterEnd', () => b.write(numbered(1)));
    }
    const [c, d] = connectedBytePipes({ ringBytes });
    const written = c.write(numbered(10_000));
    const ended = c.end();
    d.close();
    await assertChannelError('PeerClosed', () => written);
    await ended;
    const [e] = connectedBytePipes({ ringBytes });
    e.close();
    await assertChannelError('Closed', () => e.end());
  });

  it('that could not be sent in time was never there', async () => {
    const [a, b] = connectedBytePipes({ ringBytes });
    const written = a.write(numbered(10_000));
    const ended = a.end({ timeoutMs: 1 });
    await assertChannelError('WriteAfterEnd', () => a.write(numbered(1)));
    await assertChannelError('TimedOut', () => ended);
    await assertChannelError('TimedOut', () => a.endSync(0));
    const more = a.write(numbered(100, 10_000));
    const again = a.end();
    assert.deepEqual(await readAll(b), numbered(10_100));
    await Promise.all([written, more, again]);
  });

  it('is missed where the peer closes or dies without one: once all is read, an error', async () => {
    for (const [how, code] of [
      ['closed', 'PeerClosed'],
      ['died', 'PeerDied'],
    ] as const) {
      const [a, b] = connectedBytePipes({ ringBytes });
      await a.write(numbered(5));
      b.channel.signal.peerGone(how);
      const target = new Uint8Array(100);
      assert.equal(await b.read(target), 5);
      await assertChannelError(code, () => b.read(target));
      await assertChannelError(code, () => b.tryRead(target));
      await assertChannelError(code, () => readAll(b));
    }
    const [a, b] = connectedBytePipes({ ringBytes });
    const pending = b.read(new Uint8Array(1));
    a.close();
    await assertChannelError('PeerClosed', () => pending);
  });

  it('is a length of 0, whatever else the packet carries', async () => {
    const [evil, channel] = hostilePair();
    const pipe = new BytePipe(channel);
    sendPacket(evil, [pipeHeader(1, 0), numbered(80)]);
    assert.equal(await pipe.read(new Uint8Array(1)), 0);
  });
});
