import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RingExchange } from '../../bench/one-thread/exchange.ts';
import { BATCHES, PAYLOAD_BYTES } from '../../bench/one-thread/measure.ts';
import { createMemory, MEMORY_KINDS } from '../../bench/one-thread/memories.ts';
import { RingbufExchange } from '../../bench/one-thread/ringbuf-exchange.ts';
import { verify } from '../../bench/one-thread/verify.ts';

/** Each ring wraps more than once. */
const ROUNDS = 400;

describe('what the benchmark measures', () => {
  for (const payloadBytes of PAYLOAD_BYTES) {
    for (const batch of BATCHES) {
      for (const kind of MEMORY_KINDS) {
        it(`moves ${payloadBytes} bytes, ${batch} a commit, over ${kind} memory`, () => {
          const memory = createMemory(kind);
          verify(new RingExchange(memory, payloadBytes, batch), ROUNDS);
          const [inPointer, outPointer] = memory.control();
          const bytes = (payloadBytes + 24) * batch * ROUNDS;
          assert.equal(inPointer, bytes % memory.length);
          assert.equal(outPointer, inPointer);
        });
      }
      it(`moves ${payloadBytes} bytes, ${batch} at a time, through the rival`, () => {
        verify(new RingbufExchange(payloadBytes, batch), ROUNDS);
      });
    }
  }

  it('is found out where it moves nothing', () => {
    const still = { source: new Uint8Array(16).fill(1), target: new Uint8Array(16), run: () => {} };
    assert.throws(() => verify(still, 1), assert.AssertionError);
  });
});
