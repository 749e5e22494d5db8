import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  AccessError,
  FlatRingMem,
  Full,
  IncomingRing,
  OutgoingPacketType,
  OutgoingRing,
  type Ring,
  RingRange,
} from '../../src/index.ts';
import { Xorshift } from '../support/xorshift.ts';
import { MEMORY_KINDS, type MemoryKind } from '../support/memories.ts';
import { checkProperty } from '../support/property.ts';
import { Exchange } from './exchange.ts';

const RING_BYTES = 8192;

/** A ring full of random bytes, and a copy of them. */
function filled(kind: MemoryKind): { exchange: Exchange; data: Uint8Array } {
  const exchange = new Exchange(RING_BYTES, kind);
  const random = new Xorshift(5);
  const data = Uint8Array.from({ length: RING_BYTES }, () => random.next());
  exchange.memory.memory.writeAt(0, data);
  return { exchange, data };
}

function slice(data: Uint8Array, offset: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => data[(offset + i) % RING_BYTES]!);
}

/** Where ranges can begin so that they lie in one piece, on two pages, and across the end of the ring. */
const OFFSETS = [16, 4080, 4096, 8176, 8192, 8200, 12272];

const isAccessError =
  (available: number, requested: number) =>
  (error: unknown): boolean =>
    error instanceof AccessError && error.available === available && error.requested === requested;

for (const kind of MEMORY_KINDS) {
  describe(`reading a range, over ${kind.name}`, () => {
    it('goes from its start to its end', () => {
      const { exchange, data } = filled(kind);
      for (const offset of OFFSETS) {
        const range = new RingRange(offset, 61);
        const reader = range.reader(exchange.incoming);
        assert.equal(reader.length, 61);
        const some = new Uint8Array(7);
        assert.equal(reader.read(some), reader);
        assert.deepEqual(some, slice(data, offset, 7));
        assert.equal(reader.skip(13), reader);
        assert.equal(reader.length, 41);
        assert.deepEqual(reader.readWords(), new BigUint64Array(slice(data, offset + 20, 40).buffer));
        assert.deepEqual(reader.readAll(), slice(data, offset + 60, 1));
        assert.equal(reader.readAll().length, 0);
        assert.equal(reader.readWords().length, 0);
        assert.equal(range.length, 61);
      }
    });

    it('in pieces of any size gives the same bytes', (t) => {
      const { exchange, data } = filled(kind);
      const input = fc.tuple(fc.nat(RING_BYTES), fc.array(fc.tuple(fc.boolean(), fc.nat(600)), { maxLength: 12 }));
      const property = fc.property(input, ([offset, steps]) => {
        const length = steps.reduce((sum, [, bytes]) => sum + bytes, 0);
        const reader = new RingRange(offset, length).reader(exchange.incoming);
        let at = offset;
        for (const [skip, bytes] of steps) {
          const room = new Uint8Array(bytes + 3).fill(0x99);
          if (skip) reader.skip(bytes);
          else reader.read(room.subarray(1, bytes + 1));
          const expected = new Uint8Array(bytes + 3).fill(0x99);
          if (!skip) expected.set(slice(data, at, bytes), 1);
          assert.equal(Buffer.compare(room, expected), 0);
          at += bytes;
        }
        assert.equal(reader.length, 0);
      });
      checkProperty(t, property, 100);
    });

    it('refuses more than there is, and stays where it is', () => {
      const { exchange, data } = filled(kind);
      const reader = new RingRange(8184, 20).reader(exchange.incoming).skip(4);
      const room = new Uint8Array(17).fill(0x99);
      assert.throws(() => reader.read(room), isAccessError(16, 17));
      assert.throws(() => reader.skip(17), isAccessError(16, 17));
      for (const bad of [-1, 0.5, NaN, Infinity]) assert.throws(() => reader.skip(bad), RangeError);
      assert.ok(room.every((byte) => byte === 0x99));
      assert.deepEqual(reader.readAll(), slice(data, 8188, 16));
    });
  });

  describe(`writing a range, over ${kind.name}`, () => {
    it('goes from its start to its end, and no further', () => {
      for (const offset of OFFSETS) {
        const { exchange, data } = filled(kind);
        const writer = new RingRange(offset, 64).writer(exchange.outgoing);
        const expected = [
          ...Array.from({ length: 9 }, (_, i) => i),
          ...new Array<number>(5).fill(0xab),
          0,
          0,
          0,
          1,
          2,
          3,
        ];
        assert.equal(writer.length, 64);
        writer.write(Uint8Array.from({ length: 9 }, (_, i) => i));
        writer.fill(0xab, 5);
        writer.zero(3);
        writer.write(Uint8Array.of(1, 2, 3));
        assert.equal(writer.length, 64 - expected.length);
        for (const [i, byte] of expected.entries()) data[(offset + i) % RING_BYTES] = byte;
        assert.deepEqual(exchange.memory.data(), data);
        writer.fill(1, writer.length - 1);
        writer.zero(1);
        assert.equal(writer.length, 0);
        exchange.memory.checkCanaries();
      }
    });

    it('in pieces of any size writes the same bytes', (t) => {
      const { exchange, data } = filled(kind);
      const step = fc.tuple(fc.constantFrom('write', 'fill', 'zero'), fc.nat(600), fc.nat(255));
      const input = fc.tuple(fc.nat(RING_BYTES), fc.array(step, { maxLength: 10 }));
      const property = fc.property(input, ([offset, steps]) => {
        const length = steps.reduce((sum, [, bytes]) => sum + bytes, 0);
        const writer = new RingRange(offset, length).writer(exchange.outgoing);
        let at = offset;
        for (const [how, bytes, value] of steps) {
          const source = Uint8Array.from({ length: bytes }, (_, i) => (how === 'write' ? value + i * 3 : value));
          if (how === 'write') writer.write(source);
          else if (how === 'fill') writer.fill(value, bytes);
          else writer.zero(bytes);
          if (how === 'zero') source.fill(0);
          for (const [i, byte] of source.entries()) data[(at + i) % RING_BYTES] = byte;
          at += bytes;
        }
        assert.equal(writer.length, 0);
        assert.equal(Buffer.compare(exchange.memory.data(), data), 0);
      });
      checkProperty(t, property, 100);
      exchange.memory.checkCanaries();
    });

    it('fills all of a large range', () => {
      const { exchange } = filled(kind);
      new RingRange(8, RING_BYTES).writer(exchange.outgoing).fill(0x3d, RING_BYTES);
      assert.ok(exchange.memory.data().every((byte) => byte === 0x3d));
      exchange.memory.checkCanaries();
    });

    it('refuses more than there is room for, and writes nothing of it', () => {
      const { exchange, data } = filled(kind);
      const writer = new RingRange(8184, 16).writer(exchange.outgoing);
      assert.throws(() => writer.write(new Uint8Array(17)), isAccessError(16, 17));
      assert.throws(() => writer.fill(1, 17), isAccessError(16, 17));
      assert.throws(() => writer.zero(17), isAccessError(16, 17));
      for (const bad of [-1, 256, 0.5, NaN]) assert.throws(() => writer.fill(bad, 1), RangeError);
      for (const bad of [-1, 0.5, NaN, Infinity]) assert.throws(() => writer.zero(bad), RangeError);
      assert.equal(writer.length, 16);
      assert.deepEqual(exchange.memory.data(), data);
    });

    it('by words takes exactly as many as the range has', () => {
      for (const offset of OFFSETS) {
        const { exchange, data } = filled(kind);
        const range = new RingRange(offset, 40);
        const words = BigUint64Array.from([0n, 1n, 2n ** 64n - 1n, 0x0102_0304_0506_0708n, 5n, 6n]);
        for (const length of [0, 4, 6]) {
          assert.throws(() => range.writeAlignedFull(exchange.outgoing, words.subarray(0, length)), RangeError);
        }
        assert.deepEqual(exchange.memory.data(), data);
        range.writeAlignedFull(exchange.outgoing, words.subarray(1));
        assert.deepEqual(range.reader(exchange.outgoing).readWords(), words.slice(1));
        for (const [i, byte] of new Uint8Array(words.buffer, 8).entries()) data[(offset + i) % RING_BYTES] = byte;
        assert.deepEqual(exchange.memory.data(), data);
      }
    });
  });

  describe(`a view of a range, over ${kind.name}`, () => {
    it('is the memory itself, where that is in one piece and ours', () => {
      const { exchange, data } = filled(kind);
      const range = new RingRange(4088, 8);
      const view = range.view(exchange.incoming);
      assert.equal(view !== null, kind.fast);
      if (view === null) return;
      assert.deepEqual(Uint8Array.from(view), slice(data, 4088, 8));
      view[0] = data[4088]! ^ 1;
      assert.equal(exchange.memory.data()[4088], data[4088]! ^ 1);
      const middle = range.view(exchange.incoming, 2, 3);
      assert.deepEqual([middle?.length, middle?.byteOffset], [3, view.byteOffset + 2]);
      assert.equal(range.view(exchange.incoming, 5)?.length, 3);
      assert.equal(range.view(exchange.incoming, 8)?.length, 0);
    });

    it('is null where the range wraps', () => {
      const { exchange } = filled(kind);
      assert.equal(new RingRange(8184, 16).view(exchange.incoming), null);
      assert.equal(new RingRange(8184, 16).view(exchange.incoming, 0, 8) !== null, kind.fast);
      assert.equal(new RingRange(8184, 16).view(exchange.incoming, 8, 8) !== null, kind.fast);
    });

    it('refuses what is outside of the range', () => {
      const { exchange } = filled(kind);
      const range = new RingRange(0, 8);
      for (const [start, length] of [
        [9, 0],
        [0, 9],
        [4, 5],
        [-1, 1],
        [0, -1],
        [0.5, 1],
        [NaN, 1],
      ] as const) {
        assert.throws(() => range.view(exchange.incoming, start, length), RangeError);
      }
    });
  });
}

describe('RingRange', () => {
  it('can be empty', () => {
    const { incoming, outgoing } = new Exchange(4096);
    const range = RingRange.empty();
    assert.deepEqual([range.offset, range.length, range.isEmpty], [0, 0, true]);
    assert.equal(range.reader(incoming).readAll().length, 0);
    assert.equal(range.writer(outgoing).length, 0);
    assert.equal(new RingRange(8, 1).isEmpty, false);
  });

  it('can be read through any ring on the same memory', () => {
    const memory = new FlatRingMem(4096);
    const outgoing = new OutgoingRing(memory);
    const range = outgoing.write(outgoing.outgoing(), {
      transactionId: 0,
      size: 8,
      typ: OutgoingPacketType.Completion,
    });
    assert.ok(!(range instanceof Full));
    range.writer(outgoing).write(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
    const own: Ring = { mem: () => memory };
    for (const ring of [new IncomingRing(memory), new OutgoingRing(memory), own]) {
      assert.deepEqual([...range.reader(ring).readAll()], [1, 2, 3, 4, 5, 6, 7, 8]);
    }
  });

  it('of a larger ring is refused by a smaller one', () => {
    const { incoming, outgoing } = new Exchange(4096);
    for (const [offset, length] of [
      [8192, 8],
      [8184, 9],
      [4000, 5000],
      [500_000, 4000],
      [0, 8193],
    ] as const) {
      const range = new RingRange(offset, length);
      for (const run of [
        () => range.reader(incoming),
        () => range.writer(outgoing),
        () => range.view(incoming),
        () => range.writeAlignedFull(outgoing, new BigUint64Array(length >> 3)),
      ]) {
        assert.throws(
          run,
          (error) => error instanceof TypeError || error instanceof RangeError,
          `${length} at ${offset}`,
        );
      }
    }
    assert.equal(new RingRange(8184, 8).reader(incoming).readAll().length, 8);
  });
});
