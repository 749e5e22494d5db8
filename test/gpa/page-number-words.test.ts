import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PagedRange } from '../../src/index.ts';

const LIST = BigUint64Array.of(0x99n, 0x1_0000_0011n, 0x22n, 0x33n);

/** Three pages, whose list begins within its buffer. */
function gpns(): BigUint64Array {
  return LIST.slice().subarray(1);
}

describe('the page numbers of a range, as 32-bit words', () => {
  it('begin at the first page of the range, and go on to the end of the list', () => {
    assert.deepEqual([...PagedRange.of(0, 0x3000, gpns()).gpnWords()], [0x11, 1, 0x22, 0, 0x33, 0]);
    assert.deepEqual([...PagedRange.of(0x1003, 0x1000, gpns()).gpnWords()], [0x22, 0, 0x33, 0]);
    assert.deepEqual([...PagedRange.of(0x2fff, 1, gpns()).gpnWords()], [0x33, 0]);
  });

  it('are the same array as long as the first page is the same', () => {
    const range = PagedRange.of(0x800, 0x2000, gpns());
    const words = range.gpnWords();
    assert.equal(range.gpnWords(), words);
    range.skip(0x7ff);
    assert.equal(range.gpnWords(), words);
    range.skip(1);
    assert.deepEqual([...range.gpnWords()], [0x22, 0, 0x33, 0]);
  });

  it('share the list', () => {
    const list = gpns();
    const words = PagedRange.of(0, 1, list).gpnWords();
    list[0] = 7n;
    assert.equal(words[0], 7);
  });

  it('are none where the list was cut', () => {
    const buffer = new ArrayBuffer(24, { maxByteLength: 24 });
    const range = PagedRange.of(0, 0x2001, new BigUint64Array(buffer));
    buffer.resize(16);
    assert.equal(range.gpnWords().length, 0);
  });
});
