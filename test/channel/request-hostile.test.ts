import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import {
  ChannelError,
  connectedChannels,
  GpaRangeError,
  type IncomingRequest,
  OutgoingPacketType,
  PagedRange,
  Queue,
  RequestChannel,
  VmbusRingError,
} from '../../src/index.ts';
import { announceSeed, scaleRuns } from '../support/property.ts';
import { Xorshift } from '../support/xorshift.ts';

const TYPES: readonly OutgoingPacketType[] = [
  OutgoingPacketType.InBandNoCompletion,
  OutgoingPacketType.InBandWithCompletion,
  OutgoingPacketType.Completion,
  OutgoingPacketType.GpaDirect([PagedRange.of(3, 5000, [1n, 2n])]),
  OutgoingPacketType.TransferPages(1, [{ byteCount: 1, byteOffset: 2 }]),
];

function isNamed(error: unknown): boolean {
  return error instanceof ChannelError || error instanceof VmbusRingError || error instanceof GpaRangeError;
}

/** What a hostile peer does next: packets of all kinds with any id and any payload, or bytes and words of any value. */
function attack(peer: Queue, random: Xorshift): void {
  const mem = peer.channel.outgoing.mem();
  switch (random.below(12)) {
    case 0:
      mem.writeAt(8 * random.below(mem.length / 8), random.bytes(8));
      return;
    case 1:
      if (random.below(4) === 0) mem.control()[random.below(4)] = 8 * random.below(600);
      return;
    case 2:
      peer.channel.incoming.mem().control()[random.below(2) + 2] = random.below(4096);
      return;
    default: {
      const payload = random.bytes(8 * random.below(8));
      // Half of them with a pipe header that says something near to the truth.
      if (payload.length >= 8 && random.below(8) > 0)
        payload.set([1, 0, 0, 0, random.below(payload.length - 6), 0, 0, 0]);
      const typ = TYPES[random.below(TYPES.length)]!;
      peer.tryWrite({ payload, transactionId: BigInt(random.below(40)), typ });
    }
  }
}

test('whatever the peer sends: errors with names, every promise settles, nothing grows', async (t) => {
  const seed = announceSeed(t);
  const random = new Xorshift(seed);
  let survived = 0;
  let answered = 0;
  for (let run = 0; run < scaleRuns(150); run++) {
    const [ours, theirs] = connectedChannels({ ringBytes: 4096 });
    const client = new RequestChannel(ours, { maximumOutstanding: 10, maximumHeld: 5, raw: run % 2 === 0 });
    const peer = new Queue(theirs);
    const outcomes: Promise<unknown>[] = [];
    const watch = (outcome: Promise<unknown>): void => {
      // Handled from the start: it may reject long before it is looked at.
      outcome.catch(() => {});
      outcomes.push(outcome);
    };
    const echo = async ({ payload }: IncomingRequest): Promise<Uint8Array> => {
      await turn();
      return payload;
    };
    if (run % 3 > 0) watch(client.serve(echo, { concurrency: 3 }));
    for (let step = 0; step < 60; step++) {
      if (random.below(3) === 0) watch(client.call(random.bytes(random.below(300))));
      try {
        attack(peer, random);
        if (random.below(2) === 0) peer.tryRead()?.release();
      } catch {
        // It trips over what it did itself.
        break;
      }
      if (random.below(4) === 0) await turn();
      const { outstanding, held, running } = client.counts;
      assert.ok(outstanding <= 10 && held <= 5 && running <= 3, JSON.stringify(client.counts));
    }
    if (!client.channel.isClosed) survived++;
    client.close();
    for (const outcome of await Promise.allSettled(outcomes)) {
      if (outcome.status === 'fulfilled') answered++;
      else assert.ok(isNamed(outcome.reason), String(outcome.reason));
    }
    const reason = await client.channel.closed;
    assert.ok(reason === null || isNamed(reason), String(reason));
  }
  t.diagnostic(`${survived} channels survived, ${answered} calls were answered`);
});
