import assert from 'node:assert/strict';
import type { Ring, RingRange } from '../../src/index.ts';
import type { FillVia, ReadVia } from './operations.ts';
import { Xorshift } from '../support/xorshift.ts';

/** Bytes before and behind an array that is handed to the ring, which has no business there. */
const MARGIN_BYTES = 16;
const CANARY = 0xa5;

/** `length` bytes within a larger buffer, `shift` bytes behind a multiple of 8. */
function within(length: number, shift: number): Uint8Array<ArrayBuffer> {
  const room = new Uint8Array(MARGIN_BYTES + shift + length + MARGIN_BYTES).fill(CANARY);
  return room.subarray(MARGIN_BYTES + shift, MARGIN_BYTES + shift + length);
}

function checkMargins(bytes: Uint8Array<ArrayBuffer>): void {
  const room = new Uint8Array(bytes.buffer);
  const end = bytes.byteOffset + bytes.length;
  for (let i = 0; i < room.length; i++) {
    if ((i < bytes.byteOffset || i >= end) && room[i] !== CANARY) assert.fail('bytes beside the target were written');
  }
}

/** Cuts `length` into pieces of random lengths, some of them 0. */
function* pieces(length: number, random: Xorshift): Generator<[start: number, end: number]> {
  for (let start = 0; start < length;) {
    const end = Math.min(length, start + random.below(2 + random.below(2) * random.below(length + 1)));
    yield [start, end];
    start = end;
  }
}

/** Writes all of `payload` to `range`. */
export function fillRange(ring: Ring, range: RingRange, payload: Uint8Array, via: FillVia, seed: number): void {
  const random = new Xorshift(seed);
  const view = via === 'view' ? range.view(ring) : null;
  if (view !== null) {
    view.set(payload);
    return;
  }
  if (via === 'words' && payload.length % 8 === 0) {
    range.writeAlignedFull(ring, new BigUint64Array(Uint8Array.from(payload).buffer));
    return;
  }
  // Only now: the commit waits for what a writer was made for.
  const writer = range.writer(ring);
  assert.equal(writer.length, payload.length);
  if (via === 'unaligned') {
    const source = within(payload.length, 1 + random.below(7));
    source.set(payload);
    writer.write(source);
  } else if (via === 'pieces') {
    for (const [start, end] of pieces(payload.length, random)) {
      // Copied or not: how the source is aligned has nothing to do with how its place in the ring is.
      writer.write(random.below(2) === 0 ? payload.slice(start, end) : payload.subarray(start, end));
    }
  } else if (via === 'fill') {
    fillByRuns(writer, payload);
  } else {
    writer.write(payload);
  }
  assert.equal(writer.length, 0);
}

/** Byte by byte where bytes differ, in one go where they are alike: `fill`, and `zero` for zeros. */
function fillByRuns(
  writer: { fill(value: number, length: number): void; zero(length: number): void },
  payload: Uint8Array,
): void {
  for (let start = 0; start < payload.length;) {
    const value = payload[start]!;
    let end = start + 1;
    while (end < payload.length && payload[end] === value) end++;
    if (value === 0) writer.zero(end - start);
    else writer.fill(value, end - start);
    start = end;
  }
}

/** Reads `range` and compares it with `expected`, of the same length. */
export function checkRange(ring: Ring, range: RingRange, expected: Uint8Array, via: ReadVia, seed: number): void {
  const random = new Xorshift(seed);
  assert.equal(range.length, expected.length);
  assert.equal(range.isEmpty, expected.length === 0);
  if (via === 'nothing') return;
  const view = via === 'view' ? range.view(ring) : null;
  if (view !== null) {
    checkBytes(view, expected);
    return;
  }
  const reader = range.reader(ring);
  if (via === 'words') {
    checkBytes(new Uint8Array(reader.readWords().buffer), expected);
  } else if (via === 'unaligned') {
    const target = within(expected.length, 1 + random.below(7));
    assert.equal(reader.read(target), reader);
    checkBytes(target, expected);
    checkMargins(target);
  } else if (via === 'pieces') {
    for (const [start, end] of pieces(expected.length, random)) {
      assert.equal(reader.length, expected.length - start);
      if (random.below(4) === 0) {
        reader.skip(end - start);
        continue;
      }
      const target = within(end - start, random.below(2));
      reader.read(target);
      checkBytes(target, expected.subarray(start, end));
      checkMargins(target);
    }
  } else {
    checkBytes(reader.readAll(), expected);
  }
  assert.equal(reader.length, 0);
}

/** Says where the first difference is: a diff of a megabyte helps nobody. */
export function checkBytes(actual: Uint8Array, expected: ArrayLike<number>, what = 'bytes'): void {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < expected.length; i++) {
    if (actual[i] !== expected[i]) {
      assert.fail(`${what} differ first at ${i}: ${actual[i]} in place of ${expected[i]}`);
    }
  }
}
