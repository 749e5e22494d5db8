import assert from 'node:assert/strict';
import {
  GuestMemory,
  MultiPagedRangeBuf,
  type PagedRange,
  readExternalData,
  validateGpaRanges,
  writeExternalData,
} from '../../../src/index.ts';
import { outcomeOf } from '../../support/typed-errors.ts';
import type { FuzzTarget } from '../engine/fuzz-target.ts';
import { Input } from './input.ts';
import { addressesOf, readRangesSlowly, type SlowRange } from './slow-ranges.ts';

/** What the guest has: pages 0 and 1, a hole, pages 3 and 4 in another buffer. */
const HOLE = { start: 8192n, end: 12288n };
const GUEST_END = 20480n;
const MOST_BYTES = 6000;

/** What each address of the guest holds. */
function guestByte(address: bigint): number {
  return Number((address * 7n + address / 256n) % 256n);
}

function makeGuest(): GuestMemory {
  const region = (gpa: number, length: number): { gpa: number; buffer: ArrayBuffer } => {
    const bytes = Uint8Array.from({ length }, (_, i) => guestByte(BigInt(gpa + i)));
    return { gpa, buffer: bytes.buffer };
  };
  return new GuestMemory([region(0, 8192), region(12288, 8192)]);
}

function hasAddress(address: bigint): boolean {
  return address < HOLE.start || (address >= HOLE.end && address < GUEST_END);
}

function assertBytes(found: Uint8Array, expected: Uint8Array): void {
  assert.equal(Buffer.compare(found, expected), 0, 'these are other bytes');
}

/** The list itself: what each of its ways to be read and made says. */
function checkList(count: number, words: BigUint64Array<ArrayBuffer>): MultiPagedRangeBuf | null {
  const expected = readRangesSlowly(count, [...words]);
  const length = outcomeOf(() => validateGpaRanges(count, words));
  const made = outcomeOf(() => MultiPagedRangeBuf.fromRangeBuffer(count, words));
  const extended = new MultiPagedRangeBuf();
  const added = outcomeOf(() => extended.tryExtendWith(words.length, count, (buffer) => buffer.set(words)));
  if ('code' in expected) {
    for (const { code } of [length, made, added]) assert.equal(code, expected.code);
    assert.equal(extended.rangeCount(), 0, 'half of a list was kept');
    return null;
  }
  assert.ok(length.code === null && made.code === null && added.code === null);
  assert.equal(length.value, expected.words);
  const list = made.value;
  const pushed = MultiPagedRangeBuf.from(list);
  for (const each of [list, extended, pushed, list.clone()]) {
    assert.deepEqual(each.rangeBuffer(), words.subarray(0, expected.words));
    assert.deepEqual([...each].map(describe), expected.ranges);
  }
  return list;
}

function describe(range: PagedRange): SlowRange {
  return { byteCount: range.length, byteOffset: range.offset(), pages: [...range.gpns()] };
}

/** What guest memory holds there, read and written. */
function checkData(list: MultiPagedRangeBuf): void {
  const guest = makeGuest();
  const addresses = addressesOf([...list].map(describe), MOST_BYTES);
  const read = outcomeOf(() => readExternalData(list, guest, MOST_BYTES));
  if (addresses === null) return assert.equal(read.code, 'AccessError OutOfRange');
  const isThere = addresses.every(hasAddress);
  if (read.code === null) {
    assert.ok(isThere, 'memory was read that the guest does not have');
    assertBytes(read.value, Uint8Array.from(addresses, guestByte));
    for (const range of list) checkReader(range, guest);
    const written = Uint8Array.from(addresses, (_, i) => i * 13);
    writeExternalData(list, guest, written);
    // The last of those that are written to one address stays.
    const last = new Map(addresses.map((address, i) => [address, written[i]!]));
    assertBytes(
      readExternalData(list, guest, MOST_BYTES),
      Uint8Array.from(addresses, (address) => last.get(address)!),
    );
  } else {
    assert.match(read.code, /^GuestMemoryError /);
    assert.ok(!isThere, 'memory that is there was refused');
    const written = outcomeOf(() => writeExternalData(list, guest, new Uint8Array(addresses.length)));
    assert.equal(written.code, read.code);
  }
}

/** A range read in two pieces is the range; its end is its end. */
function checkReader(range: PagedRange, guest: GuestMemory): void {
  const half = range.length >> 1;
  const whole = range.reader(guest).readAll();
  const reader = range.reader(guest);
  const head = new Uint8Array(half);
  reader.read(head);
  assertBytes(Buffer.concat([head, reader.readAll()]), whole);
  assert.equal(outcomeOf(() => reader.read(new Uint8Array(1))).code, 'AccessError OutOfRange');
  const writer = range.writer(guest);
  writer.write(whole.subarray(0, half));
  writer.write(whole.subarray(half));
  assert.equal(writer.length, 0);
}

/** Parts of a range, cut out in all ways: they name the bytes that they should. */
function checkParts(range: PagedRange, start: number, length: number): void {
  const whole = range.length;
  const part = range.trySubrange(start, length);
  assert.equal(part !== null, start + length <= whole);
  if (part === null) return;
  const [, tail] = range.split(start);
  tail.truncate(length);
  const skipped = range.clone();
  skipped.skip(start);
  skipped.truncate(length);
  for (const other of [tail, skipped]) assert.deepEqual(describe(other), describe(part));
  if (length > MOST_BYTES) return;
  const found = outcomeOf(() => [...part.ranges()]);
  if (found.code !== null) return assert.equal(found.code, 'GuestMemoryError InvalidGpn');
  const bytes = found.value.flatMap(({ start: from, end }) =>
    Array.from({ length: Number(end - from) }, (_, i) => from + BigInt(i)),
  );
  const expected = addressesOf([describe(range)], Infinity)!.slice(start, start + length);
  assertBytes(new Uint8Array(BigUint64Array.from(bytes).buffer), new Uint8Array(BigUint64Array.from(expected).buffer));
}

/** Lists of GPA ranges, and what guest memory holds there, against numbers of any size and single bytes. */
export const gpaLists: FuzzTarget = {
  sources: ['src/gpa/', 'src/channel/external-data.ts'],
  run(bytes) {
    const input = new Input(bytes);
    const [count, start, length] = [input.u32(), input.u16(), input.u16()];
    const words = new BigUint64Array(input.bytes(input.left & ~7).buffer);
    const list = checkList(count, words);
    if (list === null) return;
    checkData(list);
    for (const range of list) if (range.length <= 2 * MOST_BYTES) checkParts(range, start, length);
  },
  seeds: () => [
    seed(1, [0x0000_0010_0000_1000n, 1n, 3n]),
    seed(2, [0x0000_0fff_0000_0002n, 0n, 4n, 0x0000_0000_0000_1000n, 1n]),
    seed(3, [0x0000_0000_0000_2000n, 0n, 1n, 0x0000_0008_0000_0008n, 3n, 0x0000_0001_0000_0001n, 2n]),
    seed(1, [0x0000_0000_ffff_f000n, 0n]),
    seed(1, [0x0000_0000_0000_0001n, 0x10_0000_0000_0000n]),
  ],
};

function seed(count: number, words: readonly bigint[]): Uint8Array {
  const header = new Uint8Array(Uint32Array.of(count, 0x0010_0004).buffer);
  return Uint8Array.from([...header, ...new Uint8Array(BigUint64Array.from(words).buffer)]);
}
