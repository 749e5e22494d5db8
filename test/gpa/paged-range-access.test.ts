import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AccessError, GuestMemory, PagedRange } from '../../src/index.ts';
import { assertGuestMemoryError } from '../support/assert-errors.ts';

/** Four pages of guest memory, each byte of which is its address, cut to 8 bits, plus its page. */
function numbered(): { memory: GuestMemory; bytes: Uint8Array } {
  const bytes = Uint8Array.from({ length: 4 * 4096 }, (_, at) => at + (at >> 12));
  return { memory: GuestMemory.of(bytes.buffer), bytes };
}

/** The bytes at the end of page 3, then those at the start of page 1. */
function crossing(length = 20): PagedRange {
  return PagedRange.of(4086, length, [3n, 1n]);
}

const CROSSING = [
  ...Array.from({ length: 10 }, (_, i) => (246 + i + 3) & 0xff),
  ...Array.from({ length: 10 }, (_, i) => i + 1),
];

describe('PagedRangeReader', () => {
  it('reads the range from its start to its end', () => {
    const { memory } = numbered();
    const reader = crossing().reader(memory);
    assert.equal(reader.length, 20);
    const some = new Uint8Array(7);
    assert.equal(reader.read(some), reader);
    assert.deepEqual([...some], CROSSING.slice(0, 7));
    assert.equal(reader.skip(6), reader);
    assert.equal(reader.length, 7);
    assert.deepEqual([...reader.readAll()], CROSSING.slice(13));
    assert.equal(reader.length, 0);
    assert.equal(reader.readAll().length, 0);
    reader.read(new Uint8Array(0)).skip(0);
  });

  it('does not move the range, nor the other readers of it', () => {
    const { memory } = numbered();
    const range = crossing();
    range.reader(memory).skip(20);
    assert.equal(range.length, 20);
    assert.deepEqual([...range.reader(memory).readAll()], CROSSING);
  });

  it('refuses more than there is, and stays where it is', () => {
    const { memory } = numbered();
    const reader = crossing().reader(memory).skip(15);
    const data = new Uint8Array(6).fill(0x77);
    for (const run of [() => reader.read(data), () => reader.skip(6)]) {
      assert.throws(run, (error) => error instanceof AccessError && error.available === 5 && error.requested === 6);
    }
    assert.ok(data.every((byte) => byte === 0x77));
    for (const bad of [-1, 0.5, NaN]) assert.throws(() => reader.skip(bad), RangeError);
    assert.equal(reader.length, 5);
  });

  it('asks whether the memory is there before it makes room for all that is left', () => {
    const asked = new Error('asked');
    const absent = {
      checkRange(): never {
        throw asked;
      },
    } as unknown as GuestMemory;
    assert.throws(
      () => crossing().reader(absent).readAll(),
      (error) => error === asked,
    );
  });

  it('stays where it is where the guest has no memory', () => {
    const { memory } = numbered();
    const reader = PagedRange.of(4000, 200, [0n, 9n]).reader(memory);
    for (let again = 0; again < 2; again++) assertGuestMemoryError('OutOfRange', () => reader.readAll());
    assert.equal(reader.length, 200);
    assert.equal(reader.read(new Uint8Array(96)).length, 104);
  });
});

describe('PagedRangeWriter', () => {
  it('writes the range from its start to its end', () => {
    const { memory, bytes } = numbered();
    const expected = Uint8Array.from(bytes);
    const writer = crossing().writer(memory);
    assert.equal(writer.length, 20);
    writer.write(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
    writer.fill(0xab, 5);
    writer.zero(3);
    assert.equal(writer.length, 4);
    writer.write(Uint8Array.of(9, 9, 9));
    expected.set([1, 2, 3, 4, 5, 6, 7, 8, 0xab, 0xab], 3 * 4096 + 4086);
    expected.set([0xab, 0xab, 0xab, 0, 0, 0, 9, 9, 9], 4096);
    assert.deepEqual(bytes, expected);
    assert.equal(writer.length, 1);
  });

  it('refuses more than there is room for, and writes nothing of it', () => {
    const { memory, bytes } = numbered();
    const before = Uint8Array.from(bytes);
    const writer = crossing(5).writer(memory);
    for (const run of [() => writer.write(new Uint8Array(6)), () => writer.fill(1, 6), () => writer.zero(6)]) {
      assert.throws(run, (error) => error instanceof AccessError && error.available === 5 && error.requested === 6);
    }
    for (const bad of [-1, 256, 0.5, NaN]) assert.throws(() => writer.fill(bad, 1), RangeError);
    for (const bad of [-1, 0.5, NaN]) assert.throws(() => writer.zero(bad), RangeError);
    assert.equal(writer.length, 5);
    assert.deepEqual(bytes, before);
  });

  it('writes nothing where the guest has no memory for a part of it', () => {
    const { memory, bytes } = numbered();
    const before = Uint8Array.from(bytes);
    const writer = PagedRange.of(4000, 200, [0n, 9n]).writer(memory);
    assertGuestMemoryError('OutOfRange', () => writer.write(new Uint8Array(97)));
    assertGuestMemoryError('OutOfRange', () => writer.fill(1, 97));
    assertGuestMemoryError('OutOfRange', () => writer.zero(200));
    assert.equal(writer.length, 200);
    assert.deepEqual(bytes, before);
    writer.zero(96);
    assert.equal(writer.length, 104);
  });
});
