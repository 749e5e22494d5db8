import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { GpaRange, GpaRangeError, MultiPagedRangeBuf, PagedRange, validateGpaRanges } from '../../src/index.ts';
import { assertGpaRangeError } from '../support/assert-errors.ts';
import { checkProperty } from '../support/property.ts';

function header(length: number, offset: number): bigint {
  return BigInt(length) | (BigInt(offset) << 32n);
}

function words(...list: bigint[]): BigUint64Array {
  return BigUint64Array.from(list);
}

function contents(list: MultiPagedRangeBuf): [offset: number, length: number, gpns: bigint[]][] {
  return Array.from(list, (range) => [range.offset(), range.length, [...range.gpns()]]);
}

describe('GpaRange', () => {
  it('has its length in the low half of the word', () => {
    assert.equal(new GpaRange(0x1234, 0xabc).toU64(), 0x0000_0abc_0000_1234n);
    assert.deepEqual(GpaRange.fromU64(0x0000_0abc_0000_1234n), new GpaRange(0x1234, 0xabc));
    const all = GpaRange.fromU64(2n ** 64n - 1n);
    assert.deepEqual([all.len, all.offset], [0xffff_ffff, 0xffff_ffff]);
    assert.equal(all.toU64(), 2n ** 64n - 1n);
  });
});

describe('GpaRangeError', () => {
  it('has a code and a message', () => {
    const error = new GpaRangeError('OffsetTooLarge', '4096');
    assert.ok(error instanceof Error);
    assert.equal(error.name, 'GpaRangeError');
    assert.equal(error.code, 'OffsetTooLarge');
    assert.equal(error.message, 'byte offset too large: 4096');
    assert.equal(new GpaRangeError('EmptyRange').message, 'empty range');
  });
});

describe('the validation of GPA ranges', () => {
  it('says how many words the ranges take', () => {
    assert.equal(validateGpaRanges(0, words()), 0);
    assert.equal(validateGpaRanges(0, words(1n, 2n)), 0);
    assert.equal(validateGpaRanges(1, words(header(1, 0), 7n)), 2);
    assert.equal(validateGpaRanges(1, words(header(1, 4095), 7n, 8n)), 2);
    assert.equal(validateGpaRanges(1, words(header(2, 4095), 7n, 8n, 9n)), 3);
    assert.equal(validateGpaRanges(2, words(header(4096, 0), 7n, header(4097, 0), 8n, 9n)), 5);
  });

  it('has five errors', () => {
    assertGpaRangeError('EmptyRange', () => validateGpaRanges(1, words()));
    assertGpaRangeError('EmptyRange', () => validateGpaRanges(2, words(header(1, 0), 7n)));
    assertGpaRangeError('EmptyByteCount', () => validateGpaRanges(1, words(header(0, 0), 7n)));
    assertGpaRangeError('OffsetTooLarge', () => validateGpaRanges(1, words(header(1, 4096), 7n)));
    assertGpaRangeError('OffsetTooLarge', () => validateGpaRanges(1, words(header(1, 0xffff_ffff), 7n)));
    assertGpaRangeError('Overflow', () => validateGpaRanges(1, words(header(0xffff_ffff, 0), 7n)));
    assertGpaRangeError('RangeTooSmall', () => validateGpaRanges(1, words(header(1, 0))));
    assertGpaRangeError('RangeTooSmall', () => validateGpaRanges(1, words(header(4096, 1), 7n)));
    assertGpaRangeError('RangeTooSmall', () => validateGpaRanges(2, words(header(1, 0), 7n, header(8192, 0), 8n)));
  });

  it('looks for them in this order', () => {
    assertGpaRangeError('EmptyByteCount', () => validateGpaRanges(1, words(header(0, 5000))));
    assertGpaRangeError('OffsetTooLarge', () => validateGpaRanges(1, words(header(0xffff_ffff, 5000))));
    assertGpaRangeError('Overflow', () => validateGpaRanges(1, words(header(0xffff_ffff, 5))));
  });

  it('overflows exactly where 32-bit arithmetic does', () => {
    const most = 0xffff_ffff - 4095;
    assertGpaRangeError('RangeTooSmall', () => validateGpaRanges(1, words(header(most, 0))));
    assertGpaRangeError('RangeTooSmall', () => validateGpaRanges(1, words(header(most - 4095, 4095))));
    assertGpaRangeError('Overflow', () => validateGpaRanges(1, words(header(most + 1, 0))));
    assertGpaRangeError('Overflow', () => validateGpaRanges(1, words(header(most - 4094, 4095))));
  });

  it('ends with the words, whatever the count', () => {
    assertGpaRangeError('EmptyRange', () => validateGpaRanges(0xffff_ffff, words(header(1, 0), 1n, header(1, 0), 1n)));
  });

  it('refuses counts that are none', () => {
    for (const bad of [-1, 0.5, NaN, Infinity]) assert.throws(() => validateGpaRanges(bad, words()), RangeError);
  });

  it('takes exactly what can be read back', (t) => {
    const word = fc.oneof(
      fc.record({ length: fc.integer({ min: 0, max: 12000 }), offset: fc.integer({ min: 0, max: 4100 }) }),
      fc.record({ length: fc.constant(1), offset: fc.constant(0) }),
    );
    const input = fc.tuple(fc.array(word, { maxLength: 8 }), fc.integer({ min: 0, max: 5 }));
    const property = fc.property(input, ([list, count]) => {
      const buf = BigUint64Array.from(list, ({ length, offset }) => header(length, offset));
      let ranges: MultiPagedRangeBuf;
      try {
        ranges = MultiPagedRangeBuf.fromRangeBuffer(count, buf);
      } catch (error) {
        assert.ok(error instanceof GpaRangeError, String(error));
        return;
      }
      assert.equal(ranges.rangeCount(), count);
      const taken = [...ranges].reduce((sum, range) => sum + 1 + range.gpns().length, 0);
      assert.deepEqual(ranges.rangeBuffer(), buf.slice(0, taken));
      assert.equal([...ranges].length, count);
    });
    checkProperty(t, property, 1000);
  });
});

describe('MultiPagedRangeBuf', () => {
  const TWO = words(header(0x1000, 0x100), 5n, 9n, header(3, 0), 7n);

  it('begins empty', () => {
    const list = new MultiPagedRangeBuf();
    assert.equal(list.rangeCount(), 0);
    assert.equal(list.first(), null);
    assert.equal(list.contiguousAligned(), null);
    assert.equal(list.rangeBuffer().length, 0);
    assert.deepEqual([...list.iter()], []);
  });

  it('is made of words, of which it keeps those that it needs', () => {
    const source = BigUint64Array.from([...TWO, 0xbadn]);
    const list = MultiPagedRangeBuf.fromRangeBuffer(2, source);
    source.fill(0n);
    assert.equal(list.rangeCount(), 2);
    assert.deepEqual(list.rangeBuffer(), TWO);
    assert.deepEqual(contents(list), [
      [0x100, 0x1000, [5n, 9n]],
      [0, 3, [7n]],
    ]);
    assert.equal(list.first()?.length, 0x1000);
    assert.equal([...list.iter()].length, 2);
  });

  it('refuses an offset with bits above those within a page', () => {
    assertGpaRangeError('OffsetTooLarge', () =>
      MultiPagedRangeBuf.fromRangeBuffer(1, words(header(1, 0x1000), 0xdeadn)),
    );
  });

  it('is made of ranges', () => {
    const list = MultiPagedRangeBuf.from([PagedRange.of(0x1100, 0x1000, [1n, 5n, 9n]), PagedRange.of(0, 3, [7n, 8n])]);
    assert.equal(list.rangeCount(), 2);
    assert.deepEqual(list.rangeBuffer(), TWO);
  });

  it('refuses ranges that could not be read back, and stays as it was', () => {
    const list = MultiPagedRangeBuf.fromRangeBuffer(2, TWO);
    const many = new BigUint64Array(2 ** 20);
    assertGpaRangeError('EmptyByteCount', () => list.pushRange(PagedRange.of(5, 0, [1n])));
    assertGpaRangeError('EmptyByteCount', () => list.pushRange(PagedRange.empty()));
    assertGpaRangeError('Overflow', () => list.pushRange(PagedRange.of(0, 2 ** 32 - 4095, many)));
    assertGpaRangeError('Overflow', () => list.pushRange(PagedRange.of(4095, 2 ** 32 - 8190, many)));
    assert.equal(list.rangeCount(), 2);
    assert.deepEqual(list.rangeBuffer(), TWO);
    list.pushRange(PagedRange.of(4095, 2 ** 32 - 8191, many));
    assert.equal(list.rangeCount(), 3);
    assert.equal(validateGpaRanges(3, list.rangeBuffer()), TWO.length + 1 + 2 ** 20 - 1);
  });

  it('knows the one range that consists of whole pages', () => {
    const one = (offset: number, length: number, pages: bigint[]): PagedRange | null =>
      MultiPagedRangeBuf.from([PagedRange.of(offset, length, pages)]).contiguousAligned();
    assert.deepEqual([...one(0, 8192, [5n, 9n])!.gpns()], [5n, 9n]);
    assert.equal(one(4096, 4096, [5n, 9n])?.length, 4096);
    assert.equal(one(1, 4096, [5n, 9n]), null);
    assert.equal(one(0, 4095, [5n]), null);
    const whole = PagedRange.of(0, 4096, [1n]);
    assert.equal(MultiPagedRangeBuf.from([whole, whole]).contiguousAligned(), null);
  });

  it('can be cleared and filled again', () => {
    const list = MultiPagedRangeBuf.fromRangeBuffer(2, TWO);
    list.clear();
    assert.equal(list.rangeCount(), 0);
    assert.equal(list.rangeBuffer().length, 0);
    assert.equal(list.first(), null);
    list.pushRange(PagedRange.of(0, 1, [3n]));
    assert.deepEqual(contents(list), [[0, 1, [3n]]]);
  });

  it('has independent clones', () => {
    const list = MultiPagedRangeBuf.fromRangeBuffer(2, TWO);
    const clone = list.clone();
    list.clear();
    list.pushRange(PagedRange.of(0, 1, [3n]));
    assert.deepEqual(clone.rangeBuffer(), TWO);
    clone.clear();
    assert.equal(list.rangeCount(), 1);
  });

  it('lets the ranges that it handed out be when it grows', () => {
    const list = MultiPagedRangeBuf.fromRangeBuffer(2, TWO);
    const ranges = [...list];
    for (let i = 0; i < 100; i++) list.pushRange(PagedRange.of(0, 4096, [BigInt(i)]));
    assert.deepEqual([...ranges[0]!.gpns()], [5n, 9n]);
    assert.equal(list.rangeCount(), 102);
    assert.deepEqual(contents(list)[101], [0, 4096, [99n]]);
  });

  it('can be iterated more than once, and at the same time', () => {
    const list = MultiPagedRangeBuf.fromRangeBuffer(2, TWO);
    const pairs: number[][] = [];
    for (const a of list) for (const b of list) pairs.push([a.length, b.length]);
    assert.deepEqual(pairs, [
      [4096, 4096],
      [4096, 3],
      [3, 4096],
      [3, 3],
    ]);
  });
});

describe('MultiPagedRangeBuf.tryExtendWith', () => {
  const ONE = words(header(1, 0), 1n);

  it('appends the ranges that were written', () => {
    const list = MultiPagedRangeBuf.fromRangeBuffer(1, ONE);
    list.tryExtendWith(5, 2, (buf) => {
      assert.equal(buf.length, 5);
      buf.set(words(header(4097, 0), 7n, 8n, header(1, 1), 9n));
    });
    assert.equal(list.rangeCount(), 3);
    assert.deepEqual(list.rangeBuffer(), words(...ONE, header(4097, 0), 7n, 8n, header(1, 1), 9n));
  });

  it('drops words behind the last range', () => {
    const list = new MultiPagedRangeBuf();
    list.tryExtendWith(4, 1, (buf) => buf.set(words(header(1, 0), 7n, 8n, 9n)));
    assert.deepEqual(list.rangeBuffer(), words(header(1, 0), 7n));
    list.tryExtendWith(0, 0, () => {});
    assert.equal(list.rangeCount(), 1);
  });

  it('leaves the list as it was when the function throws', () => {
    const list = MultiPagedRangeBuf.fromRangeBuffer(1, ONE);
    const reason = new Error('no more data');
    const run = (): void =>
      list.tryExtendWith(3, 1, (buf) => {
        buf.fill(header(1, 0));
        throw reason;
      });
    assert.throws(run, (error) => error === reason);
    assert.equal(list.rangeCount(), 1);
    assert.deepEqual(list.rangeBuffer(), ONE);
  });

  it('leaves the list as it was when what was written is not valid', () => {
    const list = MultiPagedRangeBuf.fromRangeBuffer(1, ONE);
    for (const [code, bad] of [
      ['EmptyByteCount', [0n, 1n]],
      ['OffsetTooLarge', [header(1, 4096), 1n]],
      ['Overflow', [header(0xffff_ffff, 1), 1n]],
      ['RangeTooSmall', [header(4096, 1), 1n]],
      ['EmptyRange', [header(1, 0), 1n]],
    ] as const) {
      assertGpaRangeError(code, () => list.tryExtendWith(2, 2, (buf) => buf.set(bad)));
      assert.equal(list.rangeCount(), 1);
      assert.deepEqual(list.rangeBuffer(), ONE);
    }
    list.tryExtendWith(2, 1, (buf) => buf.set(ONE));
    assert.equal(list.rangeCount(), 2);
  });

  it('refuses lengths and counts that are none', () => {
    const list = new MultiPagedRangeBuf();
    for (const bad of [-1, 0.5, NaN, Infinity]) {
      assert.throws(() => list.tryExtendWith(bad, 0, () => {}), RangeError);
      assert.throws(() => list.tryExtendWith(2, bad, (buf) => buf.set(ONE)), RangeError);
    }
    assert.equal(list.rangeCount(), 0);
  });
});
