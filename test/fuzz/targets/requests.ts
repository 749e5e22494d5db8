import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { RequestChannel } from '../../../src/index.ts';
import { requireTyped } from '../../support/typed-errors.ts';
import type { FuzzTarget } from '../engine/fuzz-target.ts';
import { fuzzedChannel } from './fuzzed-channel.ts';
import { Input } from './input.ts';
import { pipeSeeds } from './message-pipe.ts';
import { ringSeeds } from './ring-input.ts';

const CALLS = 3;
const TURNS = 3;
const MOST_HELD = 2;

/** Requests and completions: all promises settle, with what came or an error that has a type, and nothing grows beyond its bounds. */
export const requests: FuzzTarget = {
  sources: [
    'src/channel/request-channel.ts',
    'src/channel/request-server.ts',
    'src/channel/request-framing.ts',
    'src/channel/transaction-table.ts',
  ],
  async run(bytes) {
    const input = new Input(bytes);
    const flags = input.u8();
    const opened = fuzzedChannel(input);
    if (opened === null) return;
    const { channel, slow, raise } = opened;
    const isServing = (flags & 2) !== 0;
    const client = new RequestChannel(channel, {
      raw: (flags & 1) !== 0,
      maximumHeld: MOST_HELD,
      maximumOutstanding: CALLS,
    });
    const calls = Array.from({ length: CALLS }, (_, i) => client.call(Uint8Array.of(i)));
    const served = isServing ? client.serve(({ payload }) => payload, { concurrency: 2 }) : Promise.resolve();
    const outcomes = Promise.allSettled([...calls, served]);
    for (let turns = 0; turns < TURNS; turns++) {
      raise();
      await turn();
      const { outstanding, held, running } = client.counts;
      assert.ok(outstanding <= CALLS && held <= MOST_HELD && running <= 2, JSON.stringify(client.counts));
    }
    client.close();
    for (const [i, outcome] of (await outcomes).entries()) {
      if (outcome.status === 'rejected') requireTyped(outcome.reason);
      else if (i < CALLS) {
        const { value } = outcome as PromiseFulfilledResult<Uint8Array>;
        const answers = slow.packets.filter(({ type, id }) => type === 11 && id === BigInt(i + 1));
        assert.ok(
          answers.some(({ payload }) => Buffer.from(payload).includes(Buffer.from(value))),
          'an answer that nobody sent',
        );
      }
    }
    const reason = await channel.closed;
    if (reason !== null) requireTyped(reason);
  },
  seeds: () => [0, 1, 2, 3].flatMap((flags) => [...ringSeeds([flags]), ...pipeSeeds([flags]), completions([flags])]),
};

/** Completions of transactions 1 to 4. */
function completions(prefix: readonly number[]): Uint8Array {
  const data = [1, 2, 3, 4].flatMap((id) => [
    11,
    0,
    2,
    0,
    4,
    0,
    0,
    0,
    id,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    1,
    0,
    0,
    0,
    8,
    0,
    0,
    0,
    id,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
  ]);
  return Uint8Array.from([...prefix, data.length / 8, 0, 0, 0, 0, 0, 0, 0, ...data]);
}
