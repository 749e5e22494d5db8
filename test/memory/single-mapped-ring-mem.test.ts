import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SingleMappedRingMem } from '../../src/index.ts';
import { assertRingError } from '../support/assert-errors.ts';

describe('SingleMappedRingMem', () => {
  it('takes the first page as control page and all the rest as data', () => {
    for (const byteOffset of [0, 8, 4096]) {
      const bytes = new Uint8Array(new ArrayBuffer(3 * 4096 + byteOffset + 24), byteOffset, 3 * 4096);
      const memory = new SingleMappedRingMem(bytes);
      assert.equal(memory.bytes, bytes);
      assert.equal(memory.length, 8192);
      memory.control()[1] = 64;
      memory.writeAt(8191, Uint8Array.of(1, 2));
      assert.equal(bytes[4], 64);
      assert.equal(bytes[3 * 4096 - 1], 1);
      assert.equal(bytes[4096], 2);
    }
  });

  it('stands on shared memory and on Node buffers as well', () => {
    assert.equal(new SingleMappedRingMem(new Uint8Array(new SharedArrayBuffer(8192))).length, 4096);
    assert.equal(new SingleMappedRingMem(Buffer.alloc(8192)).length, 4096);
  });

  it('refuses lengths that no ring has', () => {
    for (const byteLength of [0, 1, 4096, 8191, 8193, 4095]) {
      assertRingError('InvalidRingMemory', () => new SingleMappedRingMem(new Uint8Array(byteLength)));
    }
    const tooLarge = new Uint8Array(new ArrayBuffer(2 ** 30 + 2 * 4096));
    assertRingError('RingTooLarge', () => new SingleMappedRingMem(tooLarge));
    assert.equal(new SingleMappedRingMem(tooLarge.subarray(4096)).length, 2 ** 30);
  });

  it('refuses bytes that do not begin at a multiple of 8', () => {
    const buffer = new ArrayBuffer(8192 + 16);
    for (let byteOffset = 1; byteOffset < 8; byteOffset++) {
      assert.throws(() => new SingleMappedRingMem(new Uint8Array(buffer, byteOffset, 8192)), RangeError);
    }
    assert.equal(new SingleMappedRingMem(new Uint8Array(buffer, 16)).length, 4096);
  });
});
