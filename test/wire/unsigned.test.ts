import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkUnsigned, isUnsigned } from '../../src/wire/unsigned.ts';

describe('isUnsigned', () => {
  it('takes integers from 0 to 2^53 - 1', () => {
    for (const value of [0, -0, 1, 2 ** 32, 2 ** 53 - 1]) assert.equal(isUnsigned(value), true);
    for (const value of [-1, 0.5, NaN, Infinity, -Infinity, 2 ** 53]) assert.equal(isUnsigned(value), false);
  });

  it('takes integers up to a maximum', () => {
    assert.equal(isUnsigned(255, 255), true);
    assert.equal(isUnsigned(256, 255), false);
  });

  it('takes nothing that is no number', () => {
    for (const value of ['1', 1n, null, undefined, true, [1]] as unknown[]) {
      assert.equal(isUnsigned(value as number), false);
    }
  });
});

describe('checkUnsigned', () => {
  it('says what was expected of what, and what came', () => {
    checkUnsigned('size', 5);
    checkUnsigned('size', 5, 5);
    assert.throws(() => checkUnsigned('size', 6, 5), { name: 'RangeError', message: /size.*5.*6/ });
    assert.throws(() => checkUnsigned('size', -1), { name: 'RangeError', message: /size.*-1/ });
    assert.throws(() => checkUnsigned('size', NaN), { name: 'RangeError', message: /size.*NaN/ });
  });
});
