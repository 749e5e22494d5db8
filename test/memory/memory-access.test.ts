import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AccessError } from '../../src/index.ts';
import { checkAvailable, checkByte } from '../../src/memory/memory-access.ts';

describe('AccessError', () => {
  it('is a RangeError that says how much was left and how much was asked for', () => {
    const error = new AccessError(3, 5);
    assert.ok(error instanceof RangeError);
    assert.equal(error.name, 'AccessError');
    assert.equal(error.code, 'OutOfRange');
    assert.equal(error.available, 3);
    assert.equal(error.requested, 5);
    assert.equal(error.message, 'out of range: 5 bytes asked for, 3 left');
  });
});

describe('checkAvailable', () => {
  it('takes up to what is available', () => {
    for (const [available, requested] of [
      [0, 0],
      [5, 0],
      [5, 5],
    ] as const) {
      checkAvailable(available, requested);
    }
  });

  it('refuses more, and what is no length', () => {
    assert.throws(() => checkAvailable(5, 6), AccessError);
    for (const bad of [-1, 0.5, NaN, Infinity, 2 ** 53]) {
      assert.throws(
        () => checkAvailable(5, bad),
        (error) => error instanceof RangeError && !(error instanceof AccessError),
      );
    }
  });
});

describe('checkByte', () => {
  it('takes bytes and nothing else', () => {
    for (const byte of [0, 1, 255]) checkByte(byte);
    for (const bad of [-1, 256, 0.5, NaN, Infinity]) assert.throws(() => checkByte(bad), RangeError);
  });
});
