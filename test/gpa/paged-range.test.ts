import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { PagedRange } from '../../src/index.ts';
import { assertGuestMemoryError } from '../support/assert-errors.ts';
import { checkProperty } from '../support/property.ts';

/** The address ranges of a range, as pairs of numbers. */
function addresses(range: PagedRange): [number, number][] {
  return Array.from(range.ranges(), ({ start, end }) => [Number(start), Number(end)]);
}

/** The address of each byte of a range, worked out one by one. */
function byteAddresses(offset: number, length: number, gpns: readonly bigint[]): bigint[] {
  return Array.from({ length }, (_, i) => {
    const at = offset + i;
    return gpns[Math.floor(at / 4096)]! * 4096n + BigInt(at % 4096);
  });
}

/** The same out of a range's contiguous pieces. */
function piecewiseAddresses(range: PagedRange): bigint[] {
  const bytes: bigint[] = [];
  for (const { start, end } of range.ranges()) for (let at = start; at < end; at++) bytes.push(at);
  return bytes;
}

const GPNS = [0x11n, 0x22n, 0x33n];

describe('PagedRange', () => {
  it('spans pages that need not be contiguous', () => {
    const range = PagedRange.of(0x123, 0x2012, GPNS);
    assert.equal(PagedRange.PAGE_SIZE, 4096);
    assert.equal(range.length, 0x2012);
    assert.equal(range.offset(), 0x123);
    assert.equal(range.isEmpty, false);
    assert.deepEqual([...range.gpns()], GPNS);
    assert.deepEqual(addresses(range), [
      [0x11123, 0x12000],
      [0x22000, 0x23000],
      [0x33000, 0x33135],
    ]);
  });

  it('merges pages that are contiguous', () => {
    assert.deepEqual(addresses(PagedRange.of(0, 0x3000, [0x11n, 0x12n, 0x33n])), [
      [0x11000, 0x13000],
      [0x33000, 0x34000],
    ]);
    assert.deepEqual(addresses(PagedRange.of(0x800, 0x2000, [0x11n, 0x12n, 0x13n])), [[0x11800, 0x13800]]);
    assert.deepEqual(addresses(PagedRange.of(1, 0x2000, [3n, 2n, 1n])), [
      [0x3001, 0x4000],
      [0x2000, 0x3000],
      [0x1000, 0x1001],
    ]);
    assert.deepEqual(addresses(PagedRange.of(0, 0x3000, [5n, 5n, 6n])), [
      [0x5000, 0x6000],
      [0x5000, 0x7000],
    ]);
  });

  it('drops the pages before its offset', () => {
    const range = PagedRange.of(0x1003, 0x1000, GPNS);
    assert.equal(range.offset(), 3);
    assert.deepEqual([...range.gpns()], [0x22n, 0x33n]);
    assert.deepEqual([...PagedRange.of(0x1000, 0x1000, GPNS).gpns()], [0x22n]);
    assert.deepEqual([...PagedRange.of(0xfff, 1, GPNS).gpns()], [0x11n]);
    assert.deepEqual([...PagedRange.of(0xfff, 2, GPNS).gpns()], [0x11n, 0x22n]);
  });

  it('is empty where it has no bytes, wherever that is', () => {
    for (const range of [PagedRange.empty(), PagedRange.of(0, 0, []), PagedRange.of(100, 0, GPNS)]) {
      assert.equal(range.length, 0);
      assert.equal(range.isEmpty, true);
      assert.equal(range.popFrontRange(), null);
      assert.deepEqual([...range.ranges()], []);
    }
    assert.equal(PagedRange.of(0x3000, 0, GPNS).isEmpty, true);
  });

  it('is null, or a RangeError, where the pages do not suffice', () => {
    const gpns = BigUint64Array.from(GPNS);
    for (const [offset, length] of [
      [0, 0x3001],
      [0x3000, 1],
      [1, 0x3000],
      [0x4000, 0],
      [2 ** 52, 2 ** 52],
      [-1, 1],
      [0, -1],
      [0.5, 1],
      [0, NaN],
      [2 ** 53, 1],
    ] as const) {
      assert.equal(PagedRange.new(offset, length, gpns), null);
      assert.throws(() => PagedRange.of(offset, length, GPNS), RangeError);
    }
    assert.equal(PagedRange.new(0, 0x3000, gpns)?.length, 0x3000);
    assert.equal(PagedRange.new(0, 1, new BigUint64Array(0)), null);
  });

  it('shares its page numbers', () => {
    const gpns = BigUint64Array.from(GPNS);
    const range = PagedRange.of(0, 1, gpns);
    gpns[0] = 9n;
    assert.deepEqual(addresses(range), [[0x9000, 0x9001]]);
    assert.equal(range.gpns().buffer, gpns.buffer);
  });

  it('refuses page numbers that no 64-bit address has, and drops nothing then', () => {
    for (const gpn of [2n ** 52n, 2n ** 64n - 1n]) {
      const range = PagedRange.of(5, 10, [gpn]);
      for (let again = 0; again < 2; again++) {
        assertGuestMemoryError('InvalidGpn', () => range.popFrontRange());
        assert.equal(range.length, 10);
        assert.equal(range.offset(), 5);
      }
      assertGuestMemoryError('InvalidGpn', () => [...range.ranges()]);
    }
    const last = 2n ** 52n - 1n;
    assertGuestMemoryError('InvalidGpn', () => PagedRange.of(0, 8192, [last, last + 1n]).popFrontRange());
    // The page behind the range is not looked at.
    const top = PagedRange.of(0, 4096, [last, last + 1n]).popFrontRange();
    assert.deepEqual(top, { start: last * 4096n, end: 2n ** 64n });
    const wrapping = PagedRange.of(0, 8192, [7n, 2n ** 64n - 1n]);
    assert.deepEqual(wrapping.popFrontRange(), { start: 0x7000n, end: 0x8000n });
    assertGuestMemoryError('InvalidGpn', () => wrapping.popFrontRange());
  });
});

describe('parts of a PagedRange', () => {
  it('are null, or a RangeError, outside of it', () => {
    const range = PagedRange.of(0x800, 0x1000, GPNS);
    for (const [offset, length] of [
      [0, 0x1001],
      [1, 0x1000],
      [0x1000, 1],
      [0x1001, 0],
      [-1, 1],
      [0, -1],
      [NaN, 0],
      [2 ** 52, 2 ** 52],
    ] as const) {
      assert.equal(range.trySubrange(offset, length), null);
      assert.throws(() => range.subrange(offset, length), RangeError);
    }
    for (const offset of [-1, 0x1001, 0.5, NaN, 2 ** 53]) {
      assert.equal(range.trySplit(offset), null);
      assert.throws(() => range.split(offset), RangeError);
      assert.throws(() => range.skip(offset), RangeError);
      assert.throws(() => range.truncate(offset), RangeError);
    }
    assert.equal(range.length, 0x1000);
  });

  it('move on their own', () => {
    const range = PagedRange.of(0x800, 0x1000, GPNS);
    const copy = range.clone();
    const [head, tail] = range.split(0x400);
    const part = range.subrange(0x100, 0x200);
    range.skip(0x10);
    range.truncate(0x20);
    assert.deepEqual([range.offset(), range.length], [0x810, 0x20]);
    assert.deepEqual([copy.offset(), copy.length], [0x800, 0x1000]);
    assert.deepEqual([head.offset(), head.length], [0x800, 0x400]);
    assert.deepEqual([tail.offset(), tail.length], [0xc00, 0xc00]);
    assert.deepEqual([part.offset(), part.length], [0x900, 0x200]);
    copy.popFrontRange();
    assert.equal(range.length, 0x20);
    assert.deepEqual(
      part.split(0x200).map(({ length }) => length),
      [0x200, 0],
    );
  });

  it('name the bytes that they should', (t) => {
    const gpn = fc.bigInt({ min: 0n, max: 6n });
    const input = fc
      .tuple(fc.array(gpn, { minLength: 1, maxLength: 4 }), fc.nat(), fc.nat(), fc.nat(), fc.nat())
      .map(([gpns, a, b, c, d]) => {
        const offset = a % (gpns.length * 4096 + 1);
        const length = b % (gpns.length * 4096 - offset + 1);
        const from = c % (length + 1);
        return { gpns, offset, length, from, count: d % (length - from + 1) };
      });
    const property = fc.property(input, ({ gpns, offset, length, from, count }) => {
      const range = PagedRange.of(offset, length, gpns);
      const all = byteAddresses(offset, length, gpns);
      assert.deepEqual(piecewiseAddresses(range), all);
      assert.deepEqual(piecewiseAddresses(range.subrange(from, count)), all.slice(from, from + count));
      const [head, tail] = range.split(from);
      assert.deepEqual(piecewiseAddresses(head), all.slice(0, from));
      assert.deepEqual(piecewiseAddresses(tail), all.slice(from));
      const rest = range.clone();
      rest.skip(from);
      rest.truncate(count);
      assert.deepEqual(piecewiseAddresses(rest), all.slice(from, from + count));
      assert.equal(rest.offset(), (offset + from) % 4096);
      for (const { start, end } of range.ranges()) assert.ok(start < end);
    });
    checkProperty(t, property, 30);
  });

  it('merge as much as they can', (t) => {
    const property = fc.property(fc.array(fc.bigInt({ min: 0n, max: 4n }), { minLength: 1, maxLength: 12 }), (gpns) => {
      const pieces = [...PagedRange.of(0, gpns.length * 4096, gpns).ranges()];
      for (const [i, { start }] of pieces.entries()) if (i > 0) assert.notEqual(start, pieces[i - 1]!.end);
      assert.deepEqual(
        pieces.flatMap(({ start, end }) =>
          Array.from({ length: Number(end - start) / 4096 }, (_, i) => start / 4096n + BigInt(i)),
        ),
        gpns,
      );
    });
    checkProperty(t, property, 300);
  });
});
