import assert from 'node:assert/strict';
import { MessagePipe } from '../../../src/index.ts';
import { outcomeOf } from '../../support/typed-errors.ts';
import type { FuzzTarget } from '../engine/fuzz-target.ts';
import { fuzzedChannel } from './fuzzed-channel.ts';
import { Input } from './input.ts';
import { RING_BYTES, ringSeeds } from './ring-input.ts';
import { readMessagesSlowly } from './slow-frames.ts';

/** The next message, or `null` where there is none. */
type Way = (pipe: MessagePipe) => Uint8Array | null;

const target = new Uint8Array(RING_BYTES);

const WAYS: readonly Way[] = [
  (pipe) => pipe.tryReceive(),
  (pipe) => {
    const length = pipe.tryReceiveInto(target);
    return length < 0 ? null : target.slice(0, length);
  },
  (pipe) => {
    const batch = pipe.tryReceiveBatch();
    if (batch === null) return null;
    try {
      return batch.next();
    } finally {
      batch[Symbol.dispose]();
    }
  },
];

/** Message pipes, framed and raw: the messages that a slow reader finds, and one error at their end that closes the channel. */
export const messagePipes: FuzzTarget = {
  sources: ['src/pipe/message-read', 'src/pipe/incoming-frames.ts', 'src/pipe/framing.ts'],
  run(bytes) {
    const input = new Input(bytes);
    const way = WAYS[input.u8() % WAYS.length]!;
    const raw = input.u8() % 2 === 1;
    const opened = fuzzedChannel(input);
    if (opened === null) return;
    const { channel, slow } = opened;
    const pipe = new MessagePipe(channel, { raw });
    const expected = readMessagesSlowly(slow, raw, pipe.maximumMessageSize);
    for (const message of expected.messages) {
      const found = way(pipe);
      assert.ok(found !== null, 'there is a message more');
      assert.equal(Buffer.compare(found, message), 0);
    }
    const before = channel.readOffset.inspect();
    const end = outcomeOf(() => way(pipe));
    assert.equal(end.code, expected.code);
    if (end.code === null) assert.equal(end.value, null);
    assert.deepEqual(channel.readOffset.inspect(), before, 'something was consumed');
    assert.equal(channel.isClosed, expected.code !== null);
    channel.close();
  },
  seeds: () =>
    [0, 1, 2].flatMap((way) => [0, 1].flatMap((raw) => [...ringSeeds([way, raw]), ...pipeSeeds([way, raw])])),
};

/** A ring with three messages in it, of 3, 0 and 16 bytes. */
export function pipeSeeds(prefix: readonly number[]): Uint8Array[] {
  const packet = (length: number): number[] => {
    const units = Math.ceil(length / 8);
    const header = [6, 0, 2, 0, 3 + units, 0, 0, 0, ...new Array<number>(8).fill(0)];
    const payload = [1, 0, 0, 0, length, 0, 0, 0, ...new Array<number>(8 * units).fill(length)];
    return [...header, ...payload, ...new Array<number>(8).fill(0)];
  };
  const data = [3, 0, 16].flatMap(packet);
  return [Uint8Array.from([...prefix, data.length / 8, 0, 0, 0, 0, 0, 0, 0, ...data])];
}
