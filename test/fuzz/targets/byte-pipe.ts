import assert from 'node:assert/strict';
import { BytePipe } from '../../../src/index.ts';
import { outcomeOf } from '../../support/typed-errors.ts';
import { payloadLimit } from '../../../src/pipe/framing.ts';
import type { FuzzTarget } from '../engine/fuzz-target.ts';
import { fuzzedChannel } from './fuzzed-channel.ts';
import { Input } from './input.ts';
import { pipeSeeds } from './message-pipe.ts';
import { RING_BYTES, ringSeeds } from './ring-input.ts';
import { readMessagesSlowly } from './slow-frames.ts';

/** Byte pipes, read in pieces of all lengths: the bytes that a slow reader finds, up to the end of the stream or the first error. */
export const bytePipes: FuzzTarget = {
  sources: ['src/pipe/byte-read-half.ts', 'src/pipe/incoming-frames.ts'],
  run(bytes) {
    const input = new Input(bytes);
    const target = new Uint8Array(1 + input.u8() * (input.u8() % 17));
    const opened = fuzzedChannel(input);
    if (opened === null) return;
    const pipe = new BytePipe(opened.channel);
    const { messages, code } = readMessagesSlowly(opened.slow, false, payloadLimit({ framed: true }, RING_BYTES));
    const end = messages.findIndex((message) => message.length === 0);
    const expected = Buffer.concat(end === -1 ? messages : messages.slice(0, end));
    const found: Uint8Array[] = [];
    let length = 0;
    // A read that has bytes may come before the one that has the error.
    for (let reads = 0; ; reads++) {
      assert.ok(reads <= RING_BYTES, 'more reads than there are bytes');
      const read = outcomeOf(() => pipe.tryRead(target));
      if (read.code !== null) {
        assert.equal(end === -1 ? read.code : null, code);
        assert.ok(pipe.channel.isClosed);
        break;
      }
      if (read.value === null || read.value === 0) {
        assert.equal(read.value, end === -1 ? null : 0);
        if (end === -1) assert.equal(code, null);
        break;
      }
      found.push(target.slice(0, read.value));
      length += read.value;
    }
    // What was copied when the error came is lost with the call: never more than a target's length.
    const isWhole = end !== -1 || code === null;
    assert.ok(
      isWhole ? length === expected.length : length <= expected.length && expected.length - length < target.length,
    );
    assert.equal(Buffer.compare(Buffer.concat(found), expected.subarray(0, length)), 0);
    if (end !== -1) assert.equal(pipe.tryRead(target), 0, 'the end is over');
    pipe.close();
  },
  seeds: () => [0, 5, 40, 255].flatMap((size) => [...ringSeeds([size, 1]), ...pipeSeeds([size, 16])]),
};
