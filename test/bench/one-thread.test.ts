import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RingExchange } from '../../bench/one-thread/exchange.ts';
import { BATCHES, createExchange, PAYLOAD_BYTES, WAYS } from '../../bench/one-thread/measure.ts';
import { createMemory, MEMORY_KINDS } from '../../bench/one-thread/memories.ts';

/** Each ring wraps more than once. */
const ROUNDS = 400;

describe('what the benchmark of one thread measures', () => {
  for (const payloadBytes of PAYLOAD_BYTES) {
    for (const batch of BATCHES) {
      for (const kind of MEMORY_KINDS) {
        it(`moves ${payloadBytes} bytes, ${batch} a commit, over memory that is ${kind}`, () => {
          const memory = createMemory(kind);
          const moved = WAYS.filter((way) => {
            const exchange = createExchange(memory, way, payloadBytes, batch);
            for (let i = 0; i < ROUNDS; i++) exchange?.verify(i);
            return exchange !== null;
          });
          const expected = WAYS.filter(
            (way) => way !== 'DPDK' && (way !== 'arrays in the memory' || kind === 'for threads'),
          );
          assert.deepEqual(moved, expected);
        });

        it(`runs through the ring: ${payloadBytes} bytes, ${batch} a commit, ${kind}`, () => {
          const memory = createMemory(kind);
          const exchange = new RingExchange(memory, payloadBytes, batch);
          exchange.run(ROUNDS);
          const [inPointer, outPointer] = memory.control();
          assert.equal(inPointer, ((payloadBytes + 24) * batch * ROUNDS) % memory.length);
          assert.equal(outPointer, inPointer);
        });
      }
    }
  }

  it('is found out where it moves something else', () => {
    const broken = new RingExchange(createMemory('flat'), 16, 1);
    broken.verify(1);
    broken.run = () => {};
    assert.throws(() => broken.verify(2), /what arrived is not what was sent/);
  });
});
