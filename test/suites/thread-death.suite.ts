import { createChannelPair, openChannel, Queue, watchWorker } from '../../src/index.ts';
import { Xorshift } from '../support/xorshift.ts';
import { assertError, equal, ok, rejectionOf, rejects } from './assert.ts';
import type { Define, Suite } from './suite.ts';
import { type Host, withCrew, within } from './thread-host.ts';
import { checkPacket, HANG_MS, packetsOf, readFrom } from './thread-packets.ts';

const RING_BYTES = 4096;

/** The death of a thread is seen after this long at the latest, everywhere, also by a thread that blocks. */
export const DEATH_LIMIT_MS = 8000;

const PEER_DIED = { name: 'ChannelError', code: 'PeerDied' };

const ROUNDS = 4;

/** A worker that waits for a packet is terminated: it waits at once, or when opening its end has come to rest. */
function defineTerminations(test: Define, host: Host, blocking: boolean, settled: boolean): void {
  const how = `which ${blocking ? 'blocks' : 'waits'} ${settled ? 'after a while' : 'at once'}`;

  test(`a read that is pending here sees that a worker ${how} is terminated`, () =>
    withCrew(host, async (crew) => {
      const [ours, handle] = createChannelPair({ ringBytes: RING_BYTES });
      const queue = new Queue(openChannel(ours));
      const peer = crew.start({ kind: 'receive', handle, blocking, seed: 1, settled });
      await peer.open;
      const reading = queue.read();
      await peer.terminate();
      await rejects(within(DEATH_LIMIT_MS, reading, 'the read'), PEER_DIED);
      equal(queue.inspect().peerState, 'died');
    }));

  test(`another worker, which blocks, sees that one ${how} is terminated`, () =>
    withCrew(host, async (crew) => {
      const [first, second] = createChannelPair({ ringBytes: RING_BYTES });
      const peer = crew.start({ kind: 'receive', handle: first, blocking, seed: 1, settled });
      const reading = crew.start({ kind: 'receive', handle: second, blocking: true, seed: 1 });
      await Promise.all([peer.open, reading.open]);
      await peer.terminate();
      equal((await within(DEATH_LIMIT_MS, reading.result, 'the worker')).endedBy, 'PeerDied');
    }));
}

/** Workers that end without closing their end of a channel. */
export function threadDeathSuite(host: Host): Suite {
  const settled = !host.seesEarlyDeath;
  return {
    name: 'thread death',
    define(test) {
      for (const blocking of [true, false]) {
        defineTerminations(test, host, blocking, true);
        // Who blocks renews a lease while it does, turns or not.
        if (blocking || host.seesEarlyDeath) defineTerminations(test, host, blocking, false);
      }

      for (const blocking of [true, false]) {
        test(`another worker, which ${blocking ? 'blocks' : 'waits'} for room, sees that one is terminated`, () =>
          withCrew(host, async (crew) => {
            const [first, second] = createChannelPair({ ringBytes: RING_BYTES });
            const peer = crew.start({ kind: 'read once', handle: first, blocking: true, timeoutMs: HANG_MS, settled });
            const filling = crew.start({ kind: 'fill', handle: second, blocking });
            await peer.result;
            await peer.terminate();
            equal((await within(DEATH_LIMIT_MS, filling.result, 'the worker')).endedBy, 'PeerDied');
          }));
      }

      test('a write that is pending here sees that the worker is terminated', () =>
        withCrew(host, async (crew) => {
          const [ours, handle] = createChannelPair({ ringBytes: RING_BYTES });
          const queue = new Queue(openChannel(ours));
          const peer = crew.start({ kind: 'be busy', handle, busyMs: HANG_MS, settled });
          await peer.open;
          while (queue.tryWrite(new Uint8Array(1000)));
          const writing = queue.write(new Uint8Array(1000));
          await peer.terminate();
          await rejects(within(DEATH_LIMIT_MS, writing, 'the write'), PEER_DIED);
        }));

      test('a worker whose end is told by whoever ended it', () =>
        withCrew(host, async (crew) => {
          const [ours, handle] = createChannelPair({ ringBytes: RING_BYTES });
          const queue = new Queue(openChannel(ours));
          const hasEnded = watchWorker({ addEventListener: () => {} }, handle);
          const peer = crew.start({ kind: 'be busy', handle, busyMs: HANG_MS });
          await peer.open;
          const reading = queue.read();
          await peer.terminate();
          hasEnded();
          await rejects(within(DEATH_LIMIT_MS, reading, 'the read'), PEER_DIED);
        }));

      test('a worker that ends by itself without closing', () =>
        withCrew(host, async (crew) => {
          const [ours, handle] = createChannelPair({ ringBytes: RING_BYTES });
          const queue = new Queue(openChannel(ours));
          const reading = queue.read();
          crew.start({ kind: 'exit', handle, settled });
          await rejects(within(DEATH_LIMIT_MS, reading, 'the read'), PEER_DIED);
        }));

      test('a worker that is busy is not dead', () =>
        withCrew(host, async (crew) => {
          const [ours, handle] = createChannelPair({ ringBytes: RING_BYTES });
          const queue = new Queue(openChannel(ours));
          const reading = queue.read({ timeoutMs: HANG_MS });
          // Time enough for several looks.
          crew.start({ kind: 'be busy', handle, busyMs: 1700 });
          equal((await reading).payloadLength, 8);
          await rejects(queue.read(), { name: 'ChannelError', code: 'PeerClosed' });
        }));

      test(`workers that are terminated at ${ROUNDS} random moments`, async () => {
        const moments = new Xorshift(11);
        for (let round = 0; round < ROUNDS; round++) await terminateAfter(host, moments.below(300), round);
      });
    },
  };
}

/** Exchanges packets with a worker that is terminated after so many of them: until then all come back, in order. */
async function terminateAfter(host: Host, packets: number, round: number): Promise<void> {
  await withCrew(host, async (crew) => {
    const [ours, handle] = createChannelPair({ ringBytes: RING_BYTES });
    const queue = new Queue(openChannel(ours));
    const peer = crew.start({ kind: 'echo', handle, blocking: round % 2 === 0, settled: !host.seesEarlyDeath });
    let received = 0;
    const sending = (async () => {
      const next = packetsOf(round);
      for (;;) await queue.write(next(), { timeoutMs: HANG_MS });
    })();
    const receiving = (async () => {
      const next = packetsOf(round);
      for (;;) {
        checkPacket(await readFrom(queue, false), next(), `packet ${received}`);
        if (received++ === packets) void peer.terminate();
      }
    })();
    const errors = [rejectionOf(sending), rejectionOf(receiving)];
    for (const error of await within(HANG_MS, Promise.all(errors), 'both ends')) assertError(error, PEER_DIED);
    ok(received > packets);
  });
}
