import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createContext, runInContext } from 'node:vm';
import { FlatRingMem } from '../../src/index.ts';
import { assertRingError } from '../support/assert-errors.ts';
import { resizableBuffer } from '../support/vanishing-buffers.ts';

describe('FlatRingMem', () => {
  it('allocates zeroed, shared memory when it is given none', () => {
    const memory = new FlatRingMem(8192);
    assert.ok(memory.buffer instanceof SharedArrayBuffer);
    assert.equal(memory.buffer.byteLength, 4096 + 8192);
    assert.equal(memory.byteOffset, 0);
    assert.equal(memory.length, 8192);
    assert.ok(new Uint8Array(memory.buffer).every((byte) => byte === 0));
  });

  it('allocates an ArrayBuffer where there are no shared ones', () => {
    const original = Object.getOwnPropertyDescriptor(globalThis, 'SharedArrayBuffer')!;
    Reflect.deleteProperty(globalThis, 'SharedArrayBuffer');
    try {
      const memory = new FlatRingMem(4096);
      assert.ok(memory.buffer instanceof ArrayBuffer);
      assert.equal(memory.buffer.byteLength, 8192);
    } finally {
      Object.defineProperty(globalThis, 'SharedArrayBuffer', original);
    }
  });

  it('puts the control page first, then the data', () => {
    for (const byteOffset of [0, 8, 24, 4096]) {
      const buffer = new ArrayBuffer(8192 + byteOffset + 40);
      const memory = new FlatRingMem(4096, buffer, byteOffset);
      assert.equal(memory.buffer, buffer);
      assert.equal(memory.byteOffset, byteOffset);
      memory.control()[0] = 0x01020304;
      memory.writeAt(0, Uint8Array.of(9));
      memory.writeAt(4095, Uint8Array.of(8));
      const bytes = new Uint8Array(buffer);
      assert.deepEqual([...bytes.subarray(byteOffset, byteOffset + 4)], [4, 3, 2, 1]);
      assert.equal(bytes[byteOffset + 4096], 9);
      assert.equal(bytes[byteOffset + 8191], 8);
      assert.equal(bytes.filter((byte) => byte !== 0).length, 6);
    }
  });

  it('is the same ring when it is opened twice', () => {
    const first = new FlatRingMem(4096);
    const second = new FlatRingMem(4096, first.buffer);
    first.writeAt(100, Uint8Array.of(1, 2, 3));
    const seen = new Uint8Array(3);
    second.readAt(4196, seen);
    assert.deepEqual([...seen], [1, 2, 3]);
  });

  it('refuses sizes that no ring has', () => {
    for (const length of [0, 1, 4095, 4097, -4096, 4096.5, NaN, Infinity, 2 ** 60]) {
      const error = assertRingError('InvalidRingMemory', () => new FlatRingMem(length), String(length));
      assert.equal(error.offset, null);
    }
    for (const length of [2 ** 30 + 4096, 2 ** 31, 2 ** 40]) {
      assertRingError('RingTooLarge', () => new FlatRingMem(length), String(length));
      assertRingError('RingTooLarge', () => new FlatRingMem(length, new ArrayBuffer(8192)), String(length));
    }
  });

  it('refuses offsets that are no multiple of 8, and buffers that are too small', () => {
    const buffer = new SharedArrayBuffer(16384);
    for (const byteOffset of [1, 2, 4, 7, 12, -8, 0.5, NaN, Infinity, 2 ** 53]) {
      assert.throws(() => new FlatRingMem(4096, buffer, byteOffset), RangeError, String(byteOffset));
    }
    assert.throws(() => new FlatRingMem(4096, buffer, 8200), RangeError);
    assert.throws(() => new FlatRingMem(16384, buffer), RangeError);
    assert.throws(() => new FlatRingMem(4096, undefined, 8), RangeError);
    assert.equal(new FlatRingMem(4096, buffer, 8192).length, 4096);
  });

  it('takes Uint8Arrays of another realm, and no other arrays', () => {
    const memory = new FlatRingMem(4096);
    const foreign = runInContext('Uint8Array.of(5, 6, 7)', createContext()) as Uint8Array;
    assert.ok(!(foreign instanceof Uint8Array));
    memory.writeAt(0, foreign);
    memory.readAt(1, foreign);
    assert.deepEqual([...foreign], [6, 7, 0]);
    const others: unknown[] = [new Uint16Array(4), new Float64Array(1), new Uint8ClampedArray(8), [1, 2], 'text'];
    for (const bad of others) {
      assert.throws(() => memory.writeAt(0, bad as Uint8Array), TypeError);
      assert.throws(() => memory.readAt(0, bad as Uint8Array), TypeError);
    }
  });

  it('sees that a view which it saw before is longer or shorter now', () => {
    const buffer = resizableBuffer(16, 96);
    const view = new Uint8Array(buffer);
    const memory = new FlatRingMem(4096);
    // Not through the memory: it is to see no other array meanwhile.
    const ring = new Uint8Array(memory.buffer, 4096, 128);
    for (const length of [16, 96, 40, 0, 96, 7]) {
      buffer.resize(length);
      assert.equal(view.length, length);
      view.fill(length + 1);
      ring.fill(0x99);
      memory.writeAt(0, view);
      const untouched = new Uint8Array(128 - length).fill(0x99);
      assert.deepEqual([...ring], [...view, ...untouched], `wrote ${length} bytes`);
      view.fill(0);
      memory.readAt(0, view);
      assert.deepEqual(view, new Uint8Array(length).fill(length + 1), `read ${length} bytes`);
    }
  });

  it('takes no view of a buffer for another of the same bytes', () => {
    const memory = new FlatRingMem(4096);
    const buffer = new ArrayBuffer(64);
    const first = new Uint8Array(buffer, 8, 16).fill(1);
    const second = new Uint8Array(buffer, 8, 24).fill(2);
    for (const source of [first, second, first]) {
      memory.writeAt(0, new Uint8Array(64));
      memory.writeAt(0, source);
      const seen = new Uint8Array(64);
      memory.readAt(0, seen);
      assert.deepEqual([...seen], [...source, ...new Uint8Array(64 - source.length)]);
    }
  });
});
