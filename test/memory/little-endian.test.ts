import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkLittleEndian } from '../../src/memory/little-endian.ts';

describe('checkLittleEndian', () => {
  it('takes the hosts that the suite runs on', () => checkLittleEndian());

  it('refuses a host whose numbers begin with their high byte', () => {
    checkLittleEndian(1);
    assert.throws(() => checkLittleEndian(0), /little-endian/);
  });
});
