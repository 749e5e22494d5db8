import { type Channel, connectedChannels, OutgoingPacketType, Queue, RequestChannel } from '../../src/index.ts';
import { Xorshift } from '../support/xorshift.ts';
import { deepEqual, equal, rejectionOf, rejects } from './assert.ts';
import type { Suite } from './suite.ts';

const RING_BYTES = 4096;
const CALLS = 300;

/** A client, and a peer that says what it likes. */
function withPeer(): [RequestChannel, Queue] {
  const [ours, theirs] = connectedChannels({ ringBytes: RING_BYTES });
  return [new RequestChannel(ours, { raw: true }), new Queue(theirs)];
}

function complete(peer: Queue, transactionId: bigint): void {
  peer.tryWrite({ payload: new Uint8Array(8), transactionId, typ: OutgoingPacketType.Completion });
}

const plusOne = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes).map((byte) => byte + 1);

/** Calls with payloads of all lengths, all at once, of a peer that answers with `plusOne`. */
export async function callManyTimes(channel: Channel, calls: number): Promise<void> {
  const client = new RequestChannel(channel, { maximumOutstanding: 32 });
  const random = new Xorshift(1);
  await Promise.all(
    Array.from({ length: calls }, async (_, n) => {
      const payload = random.bytes(random.below(1500));
      deepEqual(await client.call(payload), plusOne(payload), `call ${n}`);
    }),
  );
  equal(client.counts.outstanding, 0);
  client.close();
}

/** Serves what `callManyTimes` calls, until the peer closes; returns how many requests there were. */
export async function servePlusOne(channel: Channel): Promise<number> {
  const server = new RequestChannel(channel);
  let requests = 0;
  await server.serve(async ({ payload }) => {
    // Every other answer comes later: completions overtake each other.
    if (++requests % 2 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
    return plusOne(payload);
  });
  server.close();
  return requests;
}

/** Requests and completions within one thread. */
export const requestSuite: Suite = {
  name: 'requests',
  define(test) {
    test('many calls in flight, through small rings: each gets its own answer', async () => {
      const [ours, theirs] = connectedChannels({ ringBytes: RING_BYTES });
      const [requests] = await Promise.all([servePlusOne(theirs), callManyTimes(ours, CALLS)]);
      equal(requests, CALLS);
    });

    test('an aborted call rejects with the reason; its completion comes late', async () => {
      const [client, peer] = withPeer();
      const controller = new AbortController();
      const reason = { why: 'enough' };
      const aborted = client.call(Uint8Array.of(1), { signal: controller.signal });
      const late = client.call(Uint8Array.of(2), { timeoutMs: 1 });
      const other = client.call(Uint8Array.of(3));
      controller.abort(reason);
      equal(await rejectionOf(aborted), reason);
      await rejects(late, { name: 'ChannelError', code: 'TimedOut' });
      equal(client.counts.outstanding, 3);
      for (const id of [1n, 2n, 3n]) complete(peer, id);
      await other;
      equal(client.counts.late, 2);
      equal(client.counts.outstanding, 0);
      client.close();
    });

    test('closing rejects all calls, and aborts the handlers of the other end', async () => {
      const [ours, theirs] = connectedChannels({ ringBytes: RING_BYTES });
      const client = new RequestChannel(ours);
      const server = new RequestChannel(theirs);
      const calls = Array.from({ length: 10 }, () => client.call(new Uint8Array(1000)));
      let serving: Promise<void> = Promise.resolve();
      const signal = await new Promise<AbortSignal>((resolve) => {
        const handler = async (request: { readonly signal: AbortSignal }): Promise<void> => {
          resolve(request.signal);
          // What is begun when the other end is gone has a signal that is aborted from the start.
          if (request.signal.aborted) return;
          await new Promise((aborted) => request.signal.addEventListener('abort', aborted));
        };
        serving = server.serve(handler, { concurrency: 1 });
      });
      client.close();
      for (const call of calls) await rejects(call, { name: 'ChannelError', code: 'Closed' });
      await serving;
      equal(signal.aborted, true);
      await rejects(client.call(new Uint8Array(8)), { name: 'ChannelError', code: 'Closed' });
    });

    test('calls reject when the peer closes', async () => {
      const [client, peer] = withPeer();
      const calls = [1, 2].map((n) => client.call(Uint8Array.of(n)));
      complete(peer, 1n);
      peer.close();
      equal((await calls[0])?.length, 8);
      await rejects(calls[1]!, { name: 'ChannelError', code: 'PeerClosed' });
    });

    test('requests without end let the event loop turn', async () => {
      const [client, peer] = withPeer();
      let isTurned = false;
      setTimeout(() => (isTurned = true), 0);
      let packets = 0;
      peer.tryWrite(new Uint8Array(8));
      await client.serve(() => {
        if (isTurned || ++packets === 1_000_000) peer.close();
        else peer.tryWrite(new Uint8Array(8));
      });
      equal(isTurned, true, `after ${packets} packets`);
    });
  },
};
