import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GpaRange, GpaRangeError, GuestMemory, MultiPagedRangeBuf, PagedRange } from '../../src/index.ts';

/** What is done, and what the error says that comes of it. */
const MESSAGES: readonly (readonly [string, () => unknown])[] = [
  ['empty range: no header at word 2 of 2', () => list(2, new GpaRange(1, 0).toU64(), 7n)],
  ['empty byte count', () => list(1, 0n)],
  ['byte offset too large: 4096 is not below 4096', () => list(1, new GpaRange(1, 4096).toU64())],
  ['range too small: 2 pages touched, 1 listed', () => list(1, new GpaRange(2, 4095).toU64(), 7n)],
  ['count must be an integer from 0 to 9007199254740991, got -1', () => list(-1)],
  [
    'len must be an integer from 0 to 9007199254740991, got -1',
    () => new MultiPagedRangeBuf().tryExtendWith(-1, 0, () => undefined),
  ],
  ['integer overflow: 4294967295 bytes at 0', () => list(1, new GpaRange(0xffff_ffff, 0).toU64())],
  [
    'integer overflow: 4294963201 bytes at 0',
    () => new MultiPagedRangeBuf().pushRange(PagedRange.of(0, 2 ** 32 - 4095, new BigUint64Array(2 ** 20))),
  ],
  ['page numbers come in a BigUint64Array', () => PagedRange.new(0, 0, [] as never)],
  ['8192 bytes at 4 are not within 2 pages', () => PagedRange.of(4, 8192, [1n, 2n])],
  ['9 bytes at 8 is outside of a range of 16 bytes', () => PagedRange.of(0, 16, [1n]).subrange(8, 9)],
  ['offset 17 is outside of a range of 16 bytes', () => PagedRange.of(0, 16, [1n]).split(17)],
  ['17 bytes are not within a range of 16 bytes', () => PagedRange.of(0, 16, [1n]).skip(17)],
  ['a page number must be an unsigned 64-bit integer, got -1', () => PagedRange.of(0, 0, [-1n])],
  [
    'invalid guest page number: 0x10000000000000 is not below 2^52',
    () => PagedRange.of(0, 1, [2n ** 52n]).popFrontRange(),
  ],
  ['regions overlap at guest address 0x10', () => new GuestMemory([region(0), region(16)])],
  ['a region of 0 bytes cannot begin at guest address 4', () => new GuestMemory([{ ...region(4), length: 0 }])],
  [
    'byteOffset must be an integer from 0 to 9007199254740991, got -1',
    () => new GuestMemory([{ ...region(0), byteOffset: -1, length: 1 }]),
  ],
  [
    'expected ArrayBuffer or SharedArrayBuffer, got Uint8Array',
    () => new GuestMemory([{ gpa: 0, buffer: new Uint8Array(8) as never }]),
  ],
  ['a ring needs a control page', () => memory().ringPages([])],
  ['there is no memory at 0x20', () => memory().readAt(32, new Uint8Array(1))],
  ['0x20000000000000 is no address below 2^53', () => memory().readAt(2n ** 53n, new Uint8Array(1))],
  ['gpa must be an integer from 0 to 9007199254740991, got -1', () => memory().readAt(-1, new Uint8Array(1))],
  ['length must be an integer from 0 to 9007199254740991, got -1', () => memory().fillAt(0, 1, -1)],
  ['the range has 1 bytes, the data 2', () => memory().readRange(PagedRange.of(0, 1, [0n]), new Uint8Array(2))],
  ['page 0x0 lies in two regions', () => new GuestMemory([region(0, 2048), region(2048, 2048)]).ringPages([0n])],
];

for (const nothing of [[], new Uint16Array(2), new ArrayBuffer(2)]) {
  test(`${Object.prototype.toString.call(nothing)} is no array of bytes`, () => {
    const bytes = nothing as unknown as Uint8Array;
    const range = PagedRange.empty();
    for (const run of [
      () => memory().readAt(0, bytes),
      () => memory().writeAt(0, bytes),
      () => memory().readRange(range, bytes),
      () => memory().writeRange(range, bytes),
    ]) {
      assert.throws(run, { name: 'TypeError', message: /^expected Uint8Array, got / });
    }
  });
}

function list(count: number, ...words: bigint[]): MultiPagedRangeBuf {
  return MultiPagedRangeBuf.fromRangeBuffer(count, BigUint64Array.from(words));
}

function region(gpa: number, length = 32): { gpa: number; buffer: ArrayBuffer } {
  return { gpa, buffer: new ArrayBuffer(length) };
}

function memory(): GuestMemory {
  return new GuestMemory([region(0)]);
}

for (const [message, run] of MESSAGES) {
  test(`an error says: ${message}`, () => {
    assert.throws(run, (error) => {
      assert.ok(error instanceof Error);
      // Errors of guest memory begin with what their code means.
      assert.ok(error.message.endsWith(message), error.message);
      return true;
    });
  });
}

test('a GpaRangeError without details says what its code means', () => {
  assert.equal(new GpaRangeError('Overflow').message, 'integer overflow');
  assert.equal(new GpaRangeError('Overflow', 'so much').message, 'integer overflow: so much');
});
