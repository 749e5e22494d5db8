import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { CheckedRingMem } from '../../src/memory/checked-ring-mem.ts';
import { windowOf } from '../../src/memory/window-of.ts';
import { Xorshift } from '../support/xorshift.ts';
import { MEMORY_KINDS, type TestMemory } from '../support/memories.ts';
import { checkProperty } from '../support/property.ts';

const RING_BYTES = 3 * 4096;

/** Calls `readAt` or `readAligned` with guards around the array, and compares with what the back door says. */
function checkRead(memory: TestMemory, data: Uint8Array, addr: number, length: number, byteOffset: number): void {
  const room = new Uint8Array(byteOffset + length + 9).fill(0x99);
  const expected = Uint8Array.from(room);
  for (let i = 0; i < length; i++) expected[byteOffset + i] = data[(addr + i) % data.length]!;
  const target = room.subarray(byteOffset, byteOffset + length);
  memory.memory.readAt(addr, target);
  assert.equal(Buffer.compare(room, expected), 0, `readAt ${length} bytes at ${addr}, byteOffset ${byteOffset}`);
  if (memory.memory.readAligned === undefined || (addr | length) % 8 !== 0) return;
  target.fill(0x99);
  memory.memory.readAligned(addr, target);
  assert.equal(Buffer.compare(room, expected), 0, `readAligned ${length} bytes at ${addr}, byteOffset ${byteOffset}`);
}

/** Writes random bytes by `writeAt` or `writeAligned` and changes `data` as the ring's data should change. */
function checkWrite(memory: TestMemory, data: Uint8Array, random: Xorshift, addr: number, length: number): void {
  const byteOffset = random.next() % 9;
  const room = Uint8Array.from({ length: byteOffset + length + 9 }, () => random.next());
  const source = room.subarray(byteOffset, byteOffset + length);
  for (const [i, byte] of source.entries()) data[(addr + i) % data.length] = byte;
  const { memory: ring } = memory;
  if (ring.writeAligned !== undefined && (addr | length) % 8 === 0 && random.next() % 2 === 0) {
    ring.writeAligned(addr, source);
  } else {
    ring.writeAt(addr, source);
  }
  assert.equal(Buffer.compare(memory.data(), data), 0, `wrote ${length} bytes at ${addr}, byteOffset ${byteOffset}`);
}

function fillRandomly(memory: TestMemory): Uint8Array {
  const random = new Xorshift(11);
  const image = Uint8Array.from({ length: RING_BYTES + 4096 }, () => random.next());
  memory.load(image);
  return image.slice(4096);
}

for (const kind of MEMORY_KINDS) {
  describe(`ring memory: ${kind.name}`, () => {
    it('has the length of its data', () => {
      for (const length of [4096, 8192, RING_BYTES]) assert.equal(kind.make(length).memory.length, length);
    });

    it('takes the way that it should', () => {
      assert.equal(windowOf(kind.make(4096).memory) !== null, kind.fast);
    });

    it('hands out the control words where they are', () => {
      const memory = kind.make(4096);
      const words = memory.memory.control();
      assert.ok(words instanceof Int32Array);
      assert.equal(words.length, 32);
      words[0] = 0x12345678;
      words[31] = -2;
      assert.equal(memory.control()[0], 0x12345678);
      assert.equal(memory.control()[31], 0xffff_fffe);
      memory.control()[16] = 7;
      assert.equal(words[16], 7);
    });

    it('moves any number of bytes at any address', (t) => {
      const memory = kind.make(RING_BYTES);
      const data = fillRandomly(memory);
      const random = new Xorshift(12);
      const address = fc.integer({ min: 0, max: 2 * RING_BYTES - 1 });
      const input = fc.tuple(address, fc.integer({ min: 0, max: 700 }), fc.boolean(), fc.integer({ min: 0, max: 8 }));
      const property = fc.property(input, ([any, anyLength, align, byteOffset]) => {
        const addr = align ? any - (any % 8) : any;
        const length = Math.min(align ? anyLength - (anyLength % 8) : anyLength, 2 * RING_BYTES - addr);
        checkWrite(memory, data, random, addr, length);
        checkRead(memory, data, addr, length, byteOffset);
      });
      checkProperty(t, property, 600);
      memory.checkCanaries();
    });

    it('moves bytes across every 8-byte position', () => {
      const memory = kind.make(RING_BYTES);
      const data = fillRandomly(memory);
      const random = new Xorshift(13);
      for (let addr = 0; addr < RING_BYTES; addr += 8) {
        checkWrite(memory, data, random, addr, 24);
        checkRead(memory, data, addr + (addr % 3) * 1000, 304, addr % 9);
      }
      memory.checkCanaries();
    });

    it('moves all that there is, and nothing, up to the end of the second mapping', () => {
      const memory = kind.make(RING_BYTES);
      const data = fillRandomly(memory);
      for (const addr of [0, 8, 4096, RING_BYTES - 8, RING_BYTES]) {
        checkRead(memory, data, addr, RING_BYTES, 1);
        checkWrite(memory, data, new Xorshift(addr), addr, RING_BYTES);
      }
      checkRead(memory, data, 0, 2 * RING_BYTES, 0);
      checkRead(memory, data, 2 * RING_BYTES - 1, 1, 3);
      for (const addr of [0, 4096, RING_BYTES, 2 * RING_BYTES - 8]) checkWrite(memory, data, new Xorshift(1), addr, 0);
      memory.checkCanaries();
    });
  });
}

for (const kind of MEMORY_KINDS) {
  const { memory } = kind.make(4096);
  if (!(memory instanceof CheckedRingMem)) continue;
  describe(`misuse of ring memory: ${kind.name}`, () => {
    it('refuses addresses outside of the two mappings, and touches nothing', () => {
      const tested = kind.make(4096);
      const ring = tested.memory;
      const before = tested.image();
      for (const [addr, length] of [
        [-1, 1],
        [-8, 8],
        [8192, 1],
        [8191, 2],
        [0, 8193],
        [0.5, 1],
        [NaN, 1],
        [Infinity, 1],
        [2 ** 53, 1],
      ] as const) {
        const bytes = new Uint8Array(length).fill(0x77);
        assert.throws(() => ring.readAt(addr, bytes), RangeError, `readAt ${addr}`);
        assert.throws(() => ring.writeAt(addr, bytes), RangeError, `writeAt ${addr}`);
        assert.ok(bytes.every((byte) => byte === 0x77));
      }
      assert.deepEqual(tested.image(), before);
      tested.checkCanaries();
    });

    it('refuses to move by units what is none', () => {
      for (const [addr, length] of [
        [4, 8],
        [1, 8],
        [0, 4],
        [8, 7],
        [-8, 8],
        [8192, 8],
        [NaN, 8],
      ] as const) {
        assert.throws(() => memory.readAligned(addr, new Uint8Array(length)), RangeError);
        assert.throws(() => memory.writeAligned(addr, new Uint8Array(length)), RangeError);
      }
    });
  });
}
