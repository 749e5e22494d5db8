import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { FlowCounter, readFlow } from '../../../src/transport/channel-file/flow.ts';
import { checkProperty } from '../../support/property.ts';

const BASE = 3;

function memory(): Int32Array {
  return new Int32Array(16);
}

it('what was counted is what is read, where the ring is', () => {
  const words = memory();
  const flow = new FlowCounter(words, BASE, 0, 4096);
  assert.deepEqual(readFlow(words, BASE, 0, 4096), { packets: 0n, bytes: 0n });
  flow.add(2, 4000);
  assert.deepEqual(readFlow(words, BASE, 4000, 4096), { packets: 2n, bytes: 4000n });
  flow.add(1, 200);
  assert.deepEqual(readFlow(words, BASE, 104, 4096), { packets: 3n, bytes: 4200n });
});

it('a process that is killed before it publishes has counted nothing, and after it all', (t) => {
  const commits = fc.array(fc.tuple(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 511 })), {
    maxLength: 40,
  });
  const property = fc.property(commits, fc.boolean(), (list, isPublished) => {
    const words = memory();
    let [packets, bytes, index] = [0n, 0n, 0];
    for (const [i, [count, units]] of list.entries()) {
      // Each commit is done by a process of its own.
      const flow = new FlowCounter(words, BASE, index, 4096);
      assert.deepEqual(readFlow(words, BASE, index, 4096), { packets, bytes });
      flow.add(count, units * 8);
      if (i % 2 === 0 && !isPublished) continue;
      packets += BigInt(count);
      bytes += BigInt(units * 8);
      index = Number(bytes % 4096n);
    }
    assert.deepEqual(readFlow(words, BASE, index, 4096), { packets, bytes });
  });
  checkProperty(t, property, 300);
});

it('counts have 64 bits', () => {
  const words = memory();
  // 2^32 - 1 packets, 2^40 - 8 bytes.
  words.set([-1, 0, -8, 255], BASE);
  const ringBytes = 12_288;
  let bytes = 2n ** 40n - 8n;
  const flow = new FlowCounter(words, BASE, Number(bytes % BigInt(ringBytes)), ringBytes);
  flow.add(1, 24);
  bytes += 24n;
  assert.deepEqual(readFlow(words, BASE, Number(bytes % BigInt(ringBytes)), ringBytes), { packets: 2n ** 32n, bytes });
  flow.add(0xffff_ffff, 0xffff_fff8);
  bytes += 0xffff_fff8n;
  const index = Number(bytes % BigInt(ringBytes));
  assert.deepEqual(readFlow(words, BASE, index, ringBytes), { packets: 2n ** 33n - 1n, bytes });
});

it('a ring that somebody else has used is counted from where it is', () => {
  const words = memory();
  assert.equal(readFlow(words, BASE, 64, 4096), null);
  const flow = new FlowCounter(words, BASE, 64, 4096);
  assert.deepEqual(readFlow(words, BASE, 64, 4096), { packets: 0n, bytes: 64n });
  flow.add(1, 24);
  assert.deepEqual(readFlow(words, BASE, 88, 4096), { packets: 1n, bytes: 88n });
});

it('nothing beside the two pairs is written', () => {
  const words = memory();
  const flow = new FlowCounter(words, BASE, 8, 4096);
  for (let i = 0; i < 5; i++) flow.add(1, 8);
  assert.deepEqual([...words.subarray(0, BASE), ...words.subarray(BASE + 8)], Array(8).fill(0));
});
