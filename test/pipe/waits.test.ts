import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BytePipe, connectedBytePipes, connectedMessagePipes, type MessagePipe } from '../../src/index.ts';
import { blockingChannels, type BlockingSignal } from '../channel/blocking-signal.ts';
import { assertChannelError, outcome } from '../channel/ends.ts';
import { assertAtRest, numbered } from './hostile-peer.ts';

const ringBytes = 4096;

interface Wait<P> {
  readonly name: string;
  /** The ring is full, or empty, as is needed for `start` to wait. */
  readonly start: (pipe: P, options: { signal?: AbortSignal; timeoutMs?: number }) => Promise<unknown>;
}

const MESSAGE_WAITS: readonly Wait<MessagePipe>[] = [
  { name: 'receive', start: (pipe, options) => pipe.receive(options) },
  { name: 'receiveInto', start: (pipe, options) => pipe.receiveInto(new Uint8Array(8), options) },
  { name: 'receiveBatch', start: (pipe, options) => pipe.receiveBatch(options) },
  { name: 'send', start: (pipe, options) => pipe.send(numbered(4000), options) },
  { name: 'waitEmpty', start: (pipe, options) => pipe.waitEmpty(options) },
  { name: 'waitReady', start: (pipe, options) => pipe.writer.waitReady(4000, options) },
];

const BYTE_WAITS: readonly Wait<BytePipe>[] = [
  { name: 'read', start: (pipe, options) => pipe.read(new Uint8Array(8), options) },
  { name: 'write', start: (pipe, options) => pipe.write(numbered(20_000), options) },
  { name: 'end', start: (pipe, options) => pipe.end(options) },
  { name: 'waitEmpty', start: (pipe, options) => pipe.waitEmpty(options) },
];

/** A message pipe with a full ring before it and an empty one behind it, and its peer. */
function messagePair(): [MessagePipe, MessagePipe] {
  const [pipe, peer] = connectedMessagePipes({ ringBytes });
  assert.ok(pipe.trySend(numbered(4056)));
  return [pipe, peer];
}

function bytePair(): [BytePipe, BytePipe] {
  const [pipe, peer] = connectedBytePipes({ ringBytes });
  assert.equal(pipe.tryWrite(numbered(4016)), 4016);
  // What is left takes no end either.
  pipe.tryWrite(numbered(1));
  return [pipe, peer];
}

function itLeavesNothing<P extends MessagePipe | BytePipe>(wait: Wait<P>, pair: () => [P, P]): void {
  const { name, start } = wait;

  it(`${name}: aborted before, with the signal's reason`, async () => {
    const [pipe] = pair();
    const before = pipe.inspect();
    await assert.rejects(start(pipe, { signal: AbortSignal.abort('why') }), (reason) => reason === 'why');
    assert.deepEqual(pipe.inspect(), before);
  });

  it(`${name}: aborted while it waits`, async () => {
    const [pipe] = pair();
    const aborter = new AbortController();
    const waiting = start(pipe, { signal: aborter.signal });
    assert.equal(await outcome(waiting), 'pending');
    aborter.abort('why');
    await assert.rejects(waiting, (reason) => reason === 'why');
    assertAtRest(pipe.inspect(), name);
  });

  it(`${name}: out of time`, async () => {
    const [pipe] = pair();
    await assertChannelError('TimedOut', () => start(pipe, { timeoutMs: 2 }));
    assertAtRest(pipe.inspect(), name);
    await assert.rejects(start(pipe, { timeoutMs: -1 }), RangeError);
    assertAtRest(pipe.inspect(), name);
  });

  it(`${name}: closed, by either end`, async () => {
    for (const code of ['Closed', 'PeerClosed'] as const) {
      const [pipe, peer] = pair();
      const waiting = start(pipe, {});
      assert.equal(await outcome(waiting), 'pending');
      (code === 'Closed' ? pipe : peer).close();
      // To the end of the stream, a peer that is gone is as good as one that knows.
      if (name === 'end' && code === 'PeerClosed') await waiting;
      else await assertChannelError(code, () => waiting);
      assert.equal(pipe.inspect().outgoing.control.pendingSendSize, 0);
    }
  });
}

describe('a wait of a message pipe that ends by itself leaves nothing behind', () => {
  for (const wait of MESSAGE_WAITS) itLeavesNothing(wait, messagePair);
});

describe('a wait of a byte pipe that ends by itself leaves nothing behind', () => {
  for (const wait of BYTE_WAITS) itLeavesNothing(wait, bytePair);
});

describe('after a wait was given up', () => {
  it('the next message is the next one, and no byte of the other is seen', async () => {
    const [a, b] = connectedMessagePipes({ ringBytes });
    a.trySend(numbered(4000));
    const aborter = new AbortController();
    const lost = a.send(numbered(3000), { signal: aborter.signal });
    const kept = a.send(numbered(2000));
    aborter.abort();
    await assert.rejects(lost);
    assert.equal(b.tryReceive()?.length, 4000);
    await kept;
    assert.equal(b.tryReceive()?.length, 2000);
    const given = b.receive({ timeoutMs: 1 });
    await assertChannelError('TimedOut', () => given);
    a.trySend(numbered(7));
    assert.equal(b.tryReceive()?.length, 7);
  });

  it('the bytes that were published stay, and others come behind them', async () => {
    const [a, b] = connectedBytePipes({ ringBytes });
    const aborter = new AbortController();
    const lost = a.write(numbered(20_000), { signal: aborter.signal });
    const target = new Uint8Array(20_000);
    let total = await b.read(target);
    assert.equal(await outcome(lost), 'pending');
    aborter.abort();
    await assert.rejects(lost);
    const more = Promise.all([a.write(numbered(3)), a.end()]);
    for (let length = 1; length > 0; total += length) length = await b.read(target.subarray(total));
    await more;
    assert.ok(total > 4016 && total < 20_000, `${total}`);
    assert.deepEqual(target.subarray(0, total - 3), numbered(total - 3));
    assert.deepEqual(target.subarray(total - 3, total), numbered(3));
  });
});

it('a waiting sender asks for a quarter of the ring at least, and takes it back', async () => {
  const [a, b] = messagePair();
  const sent = a.send(numbered(1));
  assert.equal(a.inspect().outgoing.control.pendingSendSize, 1024);
  b.tryReceive();
  await sent;
  assert.equal(a.inspect().outgoing.control.pendingSendSize, 0);
  assert.equal(b.tryReceive()?.length, 1);
});

describe('who waits until the peer has read everything', () => {
  const waits: readonly (readonly [string, (pipe: MessagePipe | BytePipe) => unknown])[] = [
    ['waitEmpty', (pipe) => pipe.waitEmpty()],
    ['waitEmptySync', (pipe) => pipe.waitEmptySync(1000)],
  ];
  for (const [name, wait] of waits) {
    it(`${name}: is told so of one that is gone, too, but not where something is left`, async () => {
      for (const [how, code] of [
        ['closed', 'PeerClosed'],
        ['died', 'PeerDied'],
      ] as const) {
        const [message, messagePeer] = connectedMessagePipes({ ringBytes });
        const [bytes, bytesPeer] = connectedBytePipes({ ringBytes });
        message.trySend(numbered(9));
        message.trySend(numbered(9));
        bytes.tryWrite(numbered(9));
        messagePeer.tryReceive();
        bytesPeer.tryRead(new Uint8Array(8));
        for (const pipe of [message, bytes]) {
          pipe.channel.signal.peerGone(how);
          await assertChannelError(code, () => wait(pipe), `${how}, with something left`);
        }
        messagePeer.tryReceive();
        bytesPeer.tryRead(new Uint8Array(8));
        for (const pipe of [message, bytes]) {
          await wait(pipe);
          pipe.close();
          await assertChannelError('Closed', () => wait(pipe));
        }
      }
    });
  }

  it('is told so of one that reads and closes while he waits', async () => {
    const [a, b] = messagePair();
    const empty = a.waitEmpty();
    assert.equal(await outcome(empty), 'pending');
    // The peer's thread can do both before this one hears of either.
    b.channel.incoming.mem().control()[1] = a.channel.writeOffset.committedIn;
    b.close();
    await empty;
  });
});

describe('an end that blocks while another one is pending', () => {
  function endingPipe(): { pipe: BytePipe; peer: BytePipe; signal: BlockingSignal; ended: Promise<void> } {
    const ends = blockingChannels();
    const pipe = new BytePipe(ends.channel);
    pipe.tryWrite(numbered(4016));
    pipe.tryWrite(numbered(1));
    return { pipe, peer: new BytePipe(ends.peer), signal: ends.signal, ended: pipe.end() };
  }

  it('is over when that one is sent, and sends no other', async () => {
    const { pipe, peer, signal, ended } = endingPipe();
    assert.equal(await outcome(ended), 'pending');
    signal.sleeps.push(
      () => {},
      () => assert.equal(peer.tryRead(new Uint8Array(2008)), 2008),
    );
    pipe.endSync(60_000);
    const inRing = pipe.inspect().outgoing.filledBytes;
    assert.equal(signal.sleeps.length, 0, 'it blocked');
    assert.equal(inRing, 2008 + 32 + 32);
    await ended;
    await pipe.end();
    pipe.endSync();
    assert.equal(pipe.inspect().outgoing.filledBytes, inRing);
    assert.equal(peer.tryRead(new Uint8Array(4096)), 2008);
    assert.equal(peer.tryRead(new Uint8Array(4096)), 0);
    assertAtRest(pipe.inspect());
  });

  it('throws when time is over, and leaves that one as it was', async () => {
    const { pipe, peer, ended } = endingPipe();
    await assertChannelError('TimedOut', () => pipe.endSync(50));
    assert.equal(await outcome(ended), 'pending');
    await assertChannelError('WriteAfterEnd', () => pipe.tryWrite(numbered(1)));
    peer.tryRead(new Uint8Array(4096));
    await ended;
    assert.equal(peer.tryRead(new Uint8Array(4096)), 0);
    pipe.endSync();
  });

  it('sends it in place of one that was aborted', async () => {
    const { channel, peer, signal } = blockingChannels();
    const [pipe, other] = [new BytePipe(channel), new BytePipe(peer)];
    pipe.tryWrite(numbered(4016));
    pipe.tryWrite(numbered(1));
    const aborter = new AbortController();
    const aborted = pipe.end({ signal: aborter.signal });
    aborter.abort('why');
    signal.sleeps.push(() => void other.tryRead(new Uint8Array(4096)));
    pipe.endSync();
    await assert.rejects(aborted, (reason) => reason === 'why');
    await pipe.end();
    await assertChannelError('WriteAfterEnd', () => pipe.tryWrite(numbered(1)));
    assert.equal(other.tryRead(new Uint8Array(4096)), 0);
  });

  it('is over when the peer is', async () => {
    const { pipe, peer, signal, ended } = endingPipe();
    signal.sleeps.push(() => peer.close());
    pipe.endSync();
    await ended;
    await assertChannelError('WriteAfterEnd', () => pipe.tryWrite(numbered(1)));
  });
});
