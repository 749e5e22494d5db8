import { BytePipe, type ChannelHandle, createChannelPair, openChannel, Queue } from '../../src/index.ts';
import { deepEqual, equal, ok, rejects, throws } from './assert.ts';
import { compressible, sameBytes } from './bytes.ts';
import { callManyTimes, servePlusOne } from './requests.suite.ts';
import type { Define, Suite } from './suite.ts';
import { type Host, withCrew, within } from './thread-host.ts';
import { checkPacket, HANG_MS, packetsOf, readFrom, receivePackets, sendPackets } from './thread-packets.ts';

const RING_BYTES = 4096;

const ROUND_TRIPS = 300;
const PACKETS = 3000;
const STREAM_BYTES = 200_000;
const CALLS = 500;

const PEER_CLOSED = { name: 'ChannelError', code: 'PeerClosed' };

/** How a worker waits, as a part of a test's name. */
const WAYS = [
  ['blocking', true],
  ['asynchronous', false],
] as const;

/** Handles of a channel, and a queue over the first of them. */
function openPair(ringBytes = RING_BYTES): [Queue, ChannelHandle] {
  const [ours, theirs] = createChannelPair({ ringBytes });
  return [new Queue(openChannel(ours)), theirs];
}

/** Packets between this thread, which waits asynchronously, and a worker. */
function defineTraffic(test: Define, host: Host, way: string, blocking: boolean): void {
  test(`ping-pong with a worker that is ${way}`, () =>
    withCrew(host, async (crew) => {
      const [queue, handle] = openPair();
      const echo = crew.start({ kind: 'echo', handle, blocking });
      const next = packetsOf(1);
      for (let i = 0; i < ROUND_TRIPS; i++) {
        const payload = next();
        await queue.write(payload, { timeoutMs: HANG_MS });
        checkPacket(await readFrom(queue, false), payload, `round trip ${i}`);
      }
      queue.close();
      deepEqual(await echo.result, { packets: ROUND_TRIPS, endedBy: 'PeerClosed' });
    }));

  test(`both ways at once with a worker that is ${way}`, () =>
    withCrew(host, async (crew) => {
      const [queue, handle] = openPair();
      const echo = crew.start({ kind: 'echo', handle, blocking });
      await Promise.all([sendPackets(queue, PACKETS, 2, false), receivePackets(queue, PACKETS, 2, false)]);
      queue.close();
      equal((await echo.result).packets, PACKETS);
    }));

  test(`worker to worker, both ${way}`, () =>
    withCrew(host, async (crew) => {
      const [first, second] = createChannelPair({ ringBytes: RING_BYTES });
      const sending = crew.start({ kind: 'send', handle: first, blocking, packets: PACKETS, seed: 3 });
      const receiving = crew.start({ kind: 'receive', handle: second, blocking, seed: 3 });
      deepEqual(await sending.result, { packets: PACKETS, endedBy: null });
      deepEqual(await receiving.result, { packets: PACKETS, endedBy: 'PeerClosed' });
    }));
}

/** Ends that close, in good order. */
function defineClosing(test: Define, host: Host, way: string, blocking: boolean): void {
  test(`a worker that waits for a packet, ${way}, sees that this end closes`, () =>
    withCrew(host, async (crew) => {
      const [queue, handle] = openPair();
      const reading = crew.start({ kind: 'receive', handle, blocking, seed: 1 });
      await reading.open;
      queue.close();
      deepEqual(await reading.result, { packets: 0, endedBy: 'PeerClosed' });
    }));

  test(`a worker that waits for room, ${way}, sees that this end closes`, () =>
    withCrew(host, async (crew) => {
      const [queue, handle] = openPair();
      const filling = crew.start({ kind: 'fill', handle, blocking });
      await filling.open;
      ok((await queue.read({ timeoutMs: HANG_MS })).payloadLength > 0);
      queue.close();
      equal((await filling.result).endedBy, 'PeerClosed');
    }));

  test(`a worker, ${way}, that waited long enough`, () =>
    withCrew(host, async (crew) => {
      const [queue, handle] = openPair();
      const reading = crew.start({ kind: 'read once', handle, blocking, timeoutMs: 20 });
      deepEqual(await reading.result, { packets: 0, endedBy: 'TimedOut' });
      equal(queue.inspect().peerState, 'open');
      queue.close();
    }));
}

function defineHandles(test: Define, host: Host): void {
  test('a handle is a plain object that can be cloned, and is good once', () => {
    const [ours, theirs] = createChannelPair({ ringBytes: [4096, 8192] });
    equal(Object.getPrototypeOf(ours), Object.prototype);
    const a = new Queue(openChannel(structuredClone(ours)));
    const b = new Queue(openChannel(structuredClone(theirs)));
    equal(a.capacity, 4088);
    equal(b.capacity, 8184);
    b.tryWrite(Uint8Array.of(5));
    equal(a.tryRead()?.readAll()[0], 5);
    for (const handle of [ours, theirs]) {
      throws(() => openChannel(handle), { name: 'ChannelError', code: 'AlreadyOpen' });
    }
    a.close();
    throws(() => openChannel(ours), { name: 'ChannelError', code: 'AlreadyOpen' });
    b.close();
  });

  test('an end that is open in one thread is refused to another one', () =>
    withCrew(host, async (crew) => {
      const [ours, theirs] = createChannelPair({ ringBytes: RING_BYTES });
      const reading = crew.start({ kind: 'receive', handle: theirs, blocking: true, seed: 1 });
      await reading.open;
      throws(() => openChannel(theirs), { name: 'ChannelError', code: 'AlreadyOpen' });
      const second = crew.start({ kind: 'echo', handle: theirs, blocking: true });
      deepEqual(await second.result, { packets: 0, endedBy: 'AlreadyOpen' });
      openChannel(ours).close();
      equal((await reading.result).endedBy, 'PeerClosed');
    }));

  test('what is no handle is refused', () => {
    const [{ memory, ...rest }] = createChannelPair({ ringBytes: RING_BYTES });
    const broken: unknown[] = [
      undefined,
      null,
      7,
      {},
      { ...rest, memory, end: 2 },
      { ...rest, memory: new SharedArrayBuffer(65536) },
      { ...rest, memory: new ArrayBuffer(65536) },
    ];
    for (const handle of broken) {
      throws(() => openChannel(handle as ChannelHandle), { name: 'ChannelError', code: 'InvalidHandle' });
    }
  });
}

/** Requests of one thread that another one answers. */
function defineRequests(test: Define, host: Host): void {
  test('requests to a worker', () =>
    withCrew(host, async (crew) => {
      const [ours, handle] = createChannelPair({ ringBytes: RING_BYTES });
      const serving = crew.start({ kind: 'serve', handle });
      await within(HANG_MS, callManyTimes(openChannel(ours), CALLS), 'the calls');
      deepEqual(await serving.result, { packets: CALLS, endedBy: null });
    }));

  test('requests of a worker', () =>
    withCrew(host, async (crew) => {
      const [ours, handle] = createChannelPair({ ringBytes: RING_BYTES });
      const calling = crew.start({ kind: 'call', handle, calls: CALLS });
      equal(await within(HANG_MS, servePlusOne(openChannel(ours)), 'serving'), CALLS);
      deepEqual(await calling.result, { packets: CALLS, endedBy: null });
    }));
}

/** Packets, closing, handles and requests, between the thread that runs the suite and the workers of `host`, and between two of those. */
export function threadSuite(host: Host): Suite {
  return {
    name: 'threads',
    define(test) {
      for (const [way, blocking] of WAYS) defineTraffic(test, host, way, blocking);
      for (const [way, blocking] of WAYS) defineClosing(test, host, way, blocking);
      defineHandles(test, host);
      defineRequests(test, host);

      test('all that a worker sent before it closed is read, then its closing is seen', () =>
        withCrew(host, async (crew) => {
          const [queue, handle] = openPair(65536);
          const sending = crew.start({ kind: 'send', handle, blocking: true, packets: 100, seed: 4 });
          equal((await sending.result).packets, 100);
          await receivePackets(queue, 100, 4, false);
          await rejects(queue.read({ timeoutMs: HANG_MS }), PEER_CLOSED);
          throws(() => queue.tryWrite(Uint8Array.of(1)), PEER_CLOSED);
        }));

      test('a stream that a worker packs', () =>
        withCrew(host, async (crew) => {
          const [ours, handle] = createChannelPair({ ringBytes: RING_BYTES });
          const packing = crew.start({ kind: 'compress', handle });
          const pipe = new BytePipe(openChannel(ours));
          const bytes = compressible(STREAM_BYTES);
          const unpacked = pipe.readable.pipeThrough(new DecompressionStream('gzip'));
          const [, received] = await Promise.all([
            new Blob([bytes]).stream().pipeTo(pipe.writable),
            new Response(unpacked).arrayBuffer(),
          ]);
          ok(sameBytes(new Uint8Array(received), bytes));
          equal((await packing.result).endedBy, null);
          pipe.close();
        }));

      test('a pending read here sees at once that the worker closes', () =>
        withCrew(host, async (crew) => {
          const [queue, handle] = openPair();
          const reading = queue.read();
          crew.start({ kind: 'send', handle, blocking: false, packets: 0, seed: 1 });
          await rejects(within(HANG_MS, reading, 'the read'), PEER_CLOSED);
          // By its signal: every 500 ms a wait looks by itself, too.
          equal(queue.inspect().signals.received, 1);
        }));
    },
  };
}
