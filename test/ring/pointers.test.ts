import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ringAvailable, ringFree } from '../../src/index.ts';
import { isRingPointer, ringAdvance, ringRetreat } from '../../src/ring/pointers.ts';

/** Bytes from `from` on until `to` is reached, counted one unit at a time. */
function countBytes(size: number, from: number, to: number): number {
  let bytes = 0;
  for (let at = from; at !== to; at = (at + 8) % size) bytes += 8;
  return bytes;
}

/** Bytes that can be written one unit at a time until one more would make the ring look empty. */
function countFree(size: number, inPointer: number, outPointer: number): number {
  let bytes = 0;
  for (let at = inPointer; (at + 8) % size !== outPointer; at = (at + 8) % size) bytes += 8;
  return bytes;
}

describe('the arithmetic of ring offsets', () => {
  for (const size of [16, 64, 512, 4096]) {
    it(`counts as one does by hand, for all offsets of a ring of ${size} bytes`, () => {
      for (let inPointer = 0; inPointer < size; inPointer += 8) {
        for (let outPointer = 0; outPointer < size; outPointer += 8) {
          const available = ringAvailable(size, inPointer, outPointer);
          const free = ringFree(size, inPointer, outPointer);
          if (available !== countBytes(size, outPointer, inPointer)) assert.fail(`in ${inPointer}, out ${outPointer}`);
          if (free !== countFree(size, inPointer, outPointer)) assert.fail(`in ${inPointer}, out ${outPointer}`);
          if (available + free !== size - 8) assert.fail(`in ${inPointer}, out ${outPointer}`);
        }
      }
    });

    it(`advances and retreats as one does by hand in a ring of ${size} bytes`, () => {
      for (let pointer = 0; pointer < size; pointer += 8) {
        let at = pointer;
        for (let bytes = 0; bytes <= size; bytes += 8) {
          if (ringAdvance(size, pointer, bytes) !== at) assert.fail(`${pointer} and ${bytes} bytes`);
          if (ringRetreat(size, at, bytes) !== pointer) assert.fail(`${at} less ${bytes} bytes`);
          at = (at + 8) % size;
        }
      }
    });
  }

  it('is exact at the largest size', () => {
    const size = 2 ** 30;
    assert.equal(ringAvailable(size, 0, 8), size - 8);
    assert.equal(ringAvailable(size, size - 8, 0), size - 8);
    assert.equal(ringFree(size, 0, 0), size - 8);
    assert.equal(ringFree(size, size - 8, 0), 0);
    assert.equal(ringAdvance(size, size - 8, size - 8), size - 16);
  });

  it('knows which words can be offsets', () => {
    for (let word = 0; word < 9000; word++) assert.equal(isRingPointer(4096, word), word < 4096 && word % 8 === 0);
    for (const word of [2 ** 31, 2 ** 31 + 8, 2 ** 32 - 8, 2 ** 32 - 1])
      assert.equal(isRingPointer(2 ** 30, word), false);
    assert.equal(isRingPointer(2 ** 30, 2 ** 30 - 8), true);
    assert.equal(isRingPointer(2 ** 30, 2 ** 30), false);
  });
});
