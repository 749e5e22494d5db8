import assert from 'node:assert/strict';
import { RequestChannel } from '../../../src/index.ts';
import { openOurs } from './open.ts';
import { type OurRings, type OurSide, WAIT_MS } from './side.ts';

const MOST_OUTSTANDING = 20;
const MOST_HELD = 10;
const CONCURRENCY = 3;

/** Requests and completions, asked and served at the same time. */
export async function requests(side: OurSide, rings: OurRings, untilMs: number): Promise<void> {
  const channel = await openOurs(side, rings);
  if (channel === null) return;
  const { random } = side;
  const bounds = { maximumOutstanding: MOST_OUTSTANDING, maximumHeld: MOST_HELD, raw: random.below(3) === 0 };
  const client = new RequestChannel(channel, bounds);
  const most = rings.target.length;
  const settled: Promise<unknown>[] = [];
  if (random.below(3) > 0) {
    const serving = side.does('RequestChannel.serve', () =>
      client.serve(
        ({ payload }) => {
          side.accept(payload, most, 'a request');
          return payload.subarray(0, 100);
        },
        { concurrency: CONCURRENCY },
      ),
    );
    settled.push(serving);
  }
  while (performance.now() < untilMs && !channel.isClosed) {
    const calls = Array.from({ length: 4 }, () =>
      side.does('RequestChannel.call', () => client.call(random.bytes(random.below(200)), { timeoutMs: WAIT_MS })),
    );
    for (const answer of await Promise.all(calls)) if (answer !== undefined) side.accept(answer, most, 'an answer');
    await side.does('RequestChannel.post', () => client.post(random.bytes(40), { timeoutMs: WAIT_MS }));
    const { outstanding, held, running } = client.counts;
    assert.ok(
      outstanding <= MOST_OUTSTANDING && held <= MOST_HELD && running <= CONCURRENCY,
      JSON.stringify(client.counts),
    );
  }
  client.close();
  await Promise.all(settled);
  const reason = await channel.closed;
  if (reason !== null) await side.does('Channel.closed', () => Promise.reject(reason));
}
