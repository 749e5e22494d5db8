import assert from 'node:assert/strict';
import { it } from 'node:test';
import zlib from 'node:zlib';
import * as fc from 'fast-check';
import { crc32 } from '../../src/inspect/crc32.ts';
import { checkProperty } from '../support/property.ts';

it('gives the check value of the standard', () => {
  assert.equal(crc32(new TextEncoder().encode('123456789')), 0xcbf43926);
  assert.equal(crc32(new Uint8Array(0)), 0);
});

it('gives what zlib does', (t) => {
  const property = fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
    assert.equal(crc32(bytes), zlib.crc32(bytes));
  });
  checkProperty(t, property, 300);
});
