import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { GuestMemory, GuestMemoryError, PagedRange, PagedRingMem } from '../../src/index.ts';
import { assertGuestMemoryError, assertRingError } from '../support/assert-errors.ts';
import { Xorshift } from '../support/xorshift.ts';
import { checkProperty } from '../support/property.ts';
import { detachByTransfer, resizableBuffer } from '../support/vanishing-buffers.ts';

const FOUR_GIB = 2 ** 32;

/**
 * Three regions: [0, 0x3000) and [0x3000, 0x5000) adjoin, [4 GiB, 4 GiB + 0x2000) is behind a hole. Each begins somewhere
 * within its buffer, the second one at an odd place.
 */
class Guest {
  readonly buffers: ArrayBufferLike[] = [
    new SharedArrayBuffer(0x3000 + 16),
    new ArrayBuffer(0x2000 + 9),
    new ArrayBuffer(0x2000),
  ];
  readonly memory: GuestMemory = new GuestMemory([
    { gpa: BigInt(FOUR_GIB), buffer: this.buffers[2]! },
    { gpa: 0, buffer: this.buffers[0]!, byteOffset: 8, length: 0x3000 },
    { gpa: 0x3000, buffer: this.buffers[1]!, byteOffset: 5, length: 0x2000 },
  ]);

  constructor() {
    const random = new Xorshift(3);
    for (const buffer of this.buffers) {
      const bytes = new Uint8Array(buffer);
      for (let i = 0; i < bytes.length; i++) bytes[i] = random.next();
    }
  }

  /** The byte that the guest has at `gpa`, or `undefined`. */
  byteAt(gpa: number): number | undefined {
    if (gpa < 0) return undefined;
    if (gpa < 0x3000) return new Uint8Array(this.buffers[0]!)[8 + gpa];
    if (gpa < 0x5000) return new Uint8Array(this.buffers[1]!)[5 + gpa - 0x3000];
    if (gpa < FOUR_GIB) return undefined;
    return new Uint8Array(this.buffers[2]!)[gpa - FOUR_GIB];
  }

  /** All bytes of all buffers, those beside the regions included. */
  image(): Uint8Array[] {
    return this.buffers.map((buffer) => Uint8Array.from(new Uint8Array(buffer)));
  }
}

/** Accesses that are within the guest's memory, and such as are not, by address and length. */
const INSIDE = [
  [0, 1],
  [0, 0x5000],
  [0x2fff, 2],
  [0x2ff0, 0x1000],
  [0x4fff, 1],
  [FOUR_GIB, 0x2000],
  [FOUR_GIB + 0x1fff, 1],
] as const;

const OUTSIDE = [
  [0x5000, 1],
  [0x4fff, 2],
  [0, 0x5001],
  [FOUR_GIB - 1, 2],
  [FOUR_GIB - 1, 1],
  [FOUR_GIB + 0x1fff, 2],
  [FOUR_GIB + 0x2000, 1],
  [-1n, 2],
  [Number.MAX_SAFE_INTEGER, 1],
] as const;

describe('GuestMemory', () => {
  it('reads and writes at guest addresses, across regions that adjoin', () => {
    for (const [gpa, length] of INSIDE) {
      const guest = new Guest();
      const data = new Uint8Array(length);
      guest.memory.readAt(gpa, data);
      const first = data.findIndex((byte, i) => byte !== guest.byteAt(gpa + i));
      assert.equal(first, -1, `readAt 0x${gpa.toString(16)}: byte ${first}`);
      data.forEach((byte, i) => (data[i] = byte ^ 0x55 ^ i));
      const before = guest.image();
      guest.memory.writeAt(BigInt(gpa), data);
      const differs = data.findIndex((byte, i) => byte !== guest.byteAt(gpa + i));
      assert.equal(differs, -1, `writeAt 0x${gpa.toString(16)}: byte ${differs}`);
      const changed = guest
        .image()
        .flatMap((bytes, b) => Array.from(bytes).filter((byte, i) => byte !== before[b]![i])).length;
      assert.ok(changed <= length);
    }
  });

  it('fills', () => {
    for (const [gpa, length] of INSIDE) {
      const guest = new Guest();
      guest.memory.fillAt(gpa, 0x3c, length);
      for (let i = 0; i < length; i += 7) assert.equal(guest.byteAt(gpa + i), 0x3c);
      if (gpa > 0) assert.equal(guest.byteAt(gpa - 1), new Guest().byteAt(gpa - 1));
      assert.equal(guest.byteAt(gpa + length), new Guest().byteAt(gpa + length));
    }
  });

  it('refuses what the guest does not have, and neither writes nor reads a byte of it', () => {
    const guest = new Guest();
    const before = guest.image();
    for (const [gpa, length] of OUTSIDE) {
      const data = new Uint8Array(length).fill(0x77);
      assertGuestMemoryError('OutOfRange', () => guest.memory.readAt(gpa, data));
      assert.ok(data.every((byte) => byte === 0x77));
      assertGuestMemoryError('OutOfRange', () => guest.memory.writeAt(gpa, data));
      assertGuestMemoryError('OutOfRange', () => guest.memory.fillAt(gpa, 0x77, length));
    }
    assertGuestMemoryError('OutOfRange', () => guest.memory.readAt(2n ** 63n, new Uint8Array(1)));
    assertGuestMemoryError('OutOfRange', () => guest.memory.fillAt(0, 1, Number.MAX_SAFE_INTEGER));
    assert.deepEqual(guest.image(), before);
  });

  it('refuses what is no byte, no length and no address', () => {
    const guest = new Guest();
    const before = guest.image();
    const range = PagedRange.of(0, 8, [1n]);
    for (const bad of [-1, 256, 0.5, NaN]) {
      assert.throws(() => guest.memory.fillAt(0, bad, 8), RangeError);
      assert.throws(() => guest.memory.fillRange(range, bad), RangeError);
    }
    for (const bad of [-1, 0.5, NaN, Infinity]) {
      assert.throws(() => guest.memory.fillAt(0, 1, bad), RangeError);
      assert.throws(() => guest.memory.fillAt(bad, 1, 1), RangeError);
      assert.throws(() => guest.memory.readAt(bad, new Uint8Array(1)), RangeError);
    }
    assert.deepEqual(guest.image(), before);
  });

  it('does nothing where nothing is asked for', () => {
    const guest = new Guest();
    guest.memory.readAt(0x5000, new Uint8Array(0));
    guest.memory.writeAt(0x5000, new Uint8Array(0));
    guest.memory.fillAt(0x5000, 1, 0);
    guest.memory.fillRange(PagedRange.empty(), 1);
    new GuestMemory([]).readAt(0, new Uint8Array(0));
    assertGuestMemoryError('OutOfRange', () => new GuestMemory([]).readAt(0, new Uint8Array(1)));
  });

  it('is one buffer from address 0 on, in the simplest case', () => {
    const buffer = new ArrayBuffer(64);
    const memory = GuestMemory.of(buffer);
    memory.writeAt(60, Uint8Array.of(1, 2, 3, 4));
    assert.deepEqual([...new Uint8Array(buffer, 58)], [0, 0, 1, 2, 3, 4]);
    assertGuestMemoryError('OutOfRange', () => memory.writeAt(61, Uint8Array.of(1, 2, 3, 4)));
  });

  it('refuses regions that are empty, overlap, do not fit, or reach 2^53', () => {
    const buffer = new ArrayBuffer(4096);
    for (const regions of [
      [
        { gpa: 0, buffer },
        { gpa: 4095, buffer },
      ],
      [
        { gpa: 100, buffer, length: 10 },
        { gpa: 0, buffer },
      ],
      [
        { gpa: 5, buffer },
        { gpa: 5, buffer },
      ],
      [{ gpa: 0, buffer, byteOffset: 1, length: 4096 }],
      [{ gpa: 0, buffer, length: 4097 }],
      [{ gpa: 0, buffer, byteOffset: 4097 }],
      [{ gpa: 0, buffer, byteOffset: 4096 }],
      [{ gpa: 0, buffer, length: 0 }],
      [{ gpa: 0, buffer, byteOffset: -1 }],
      [{ gpa: -1, buffer }],
      [{ gpa: 0.5, buffer }],
      [{ gpa: NaN, buffer }],
      [{ gpa: 0, buffer, length: -1 }],
      [{ gpa: 2 ** 53 - 4095, buffer }],
      [{ gpa: 2n ** 64n, buffer }],
    ]) {
      assert.throws(() => new GuestMemory(regions), RangeError);
    }
  });

  it('has memory above 2^52 as well', () => {
    const gpa = 2 ** 53 - 4097;
    const memory = new GuestMemory([{ gpa, buffer: new ArrayBuffer(4096) }]);
    memory.writeAt(gpa + 4095, Uint8Array.of(9));
    const data = new Uint8Array(1);
    memory.readAt(BigInt(gpa) + 4095n, data);
    assert.equal(data[0], 9);
    assertGuestMemoryError('OutOfRange', () => memory.writeAt(gpa + 4095, Uint8Array.of(1, 2)));
  });

  it('says OutOfRange where a buffer was detached or cut, and writes nothing to those before', () => {
    const first = new ArrayBuffer(4096);
    const detached = new ArrayBuffer(4096);
    const cut = resizableBuffer(4096, 4096);
    const memory = new GuestMemory([
      { gpa: 0, buffer: first },
      { gpa: 4096, buffer: detached },
      { gpa: 8192, buffer: cut },
    ]);
    detachByTransfer(detached);
    cut.resize(4095);
    assertGuestMemoryError('OutOfRange', () => memory.writeAt(4000, new Uint8Array(200).fill(1)));
    assertGuestMemoryError('OutOfRange', () => memory.fillAt(8192, 1, 1));
    assertGuestMemoryError('OutOfRange', () => memory.fillRange(PagedRange.of(0, 8192, [0n, 2n]), 1));
    assert.ok(new Uint8Array(first).every((byte) => byte === 0));
    memory.fillAt(0, 1, 4096);
  });
});

describe('GuestMemory through ranges', () => {
  it('reads, writes and fills the bytes of the range', (t) => {
    const gpn = fc.constantFrom(0n, 1n, 2n, 3n, 4n, 0x100000n, 0x100001n);
    const input = fc
      .tuple(fc.uniqueArray(gpn, { minLength: 1, maxLength: 5 }), fc.nat(), fc.nat())
      .map(([gpns, a, b]) => {
        const offset = a % (gpns.length * 4096);
        return { gpns, offset, length: b % (gpns.length * 4096 - offset + 1) };
      });
    const property = fc.property(input, ({ gpns, offset, length }) => {
      const guest = new Guest();
      const range = PagedRange.of(offset, length, gpns);
      const place = (i: number): number =>
        Number(gpns[Math.floor((offset + i) / 4096)]!) * 4096 + ((offset + i) % 4096);
      const data = new Uint8Array(length);
      guest.memory.readRange(range, data);
      assert.ok(data.every((byte, i) => byte === guest.byteAt(place(i))));
      data.forEach((byte, i) => (data[i] = byte ^ i ^ 0xa5));
      guest.memory.writeRange(range, data);
      assert.ok(data.every((byte, i) => byte === guest.byteAt(place(i))));
      guest.memory.fillRange(range, 0x11);
      assert.ok(data.every((_, i) => guest.byteAt(place(i)) === 0x11));
      const rest = new Guest().image().flatMap((bytes) => [...bytes]);
      const now = guest.image().flatMap((bytes) => [...bytes]);
      assert.ok(now.filter((byte, i) => byte !== rest[i]).length <= length, 'a byte outside of the range changed');
    });
    checkProperty(t, property, 25);
  });

  it('writes nothing where a part of the range is missing', () => {
    const guest = new Guest();
    const before = guest.image();
    const data = new Uint8Array(8192).fill(0x77);
    for (const gpns of [
      [0n, 5n],
      [0n, 2n ** 40n],
      [1n, 2n ** 52n - 1n],
    ]) {
      const range = PagedRange.of(0, 8192, gpns);
      assertGuestMemoryError('OutOfRange', () => guest.memory.writeRange(range, data));
      assertGuestMemoryError('OutOfRange', () => guest.memory.fillRange(range, 1));
      assertGuestMemoryError('OutOfRange', () => guest.memory.readRange(range, data));
    }
    const invalid = PagedRange.of(0, 8192, [0n, 2n ** 52n]);
    assertGuestMemoryError('InvalidGpn', () => guest.memory.writeRange(invalid, data));
    assertGuestMemoryError('InvalidGpn', () => guest.memory.fillRange(invalid, 1));
    assertGuestMemoryError('InvalidGpn', () => guest.memory.readRange(invalid, data));
    assert.deepEqual(guest.image(), before);
    assert.ok(data.every((byte) => byte === 0x77));
  });

  it('wants data that is as long as the range', () => {
    const { memory } = new Guest();
    const range = PagedRange.of(0, 8, [1n]);
    for (const length of [0, 7, 9]) {
      assert.throws(() => memory.readRange(range, new Uint8Array(length)), RangeError);
      assert.throws(() => memory.writeRange(range, new Uint8Array(length)), RangeError);
    }
  });

  it('does not move the range', () => {
    const { memory } = new Guest();
    const range = PagedRange.of(4000, 200, [1n, 3n]);
    memory.fillRange(range, 1);
    memory.readRange(range, new Uint8Array(200));
    assert.deepEqual([range.offset(), range.length], [4000, 200]);
  });
});

describe('GuestMemory.ringPages', () => {
  it('has the control page first, as a GPADL has', () => {
    const buffer = new SharedArrayBuffer(8 * 4096);
    const memory = GuestMemory.of(buffer);
    const pages = memory.ringPages([5n, 2n, 7n]);
    assert.equal(pages.control().byteOffset, 5 * 4096);
    assert.deepEqual(
      [0, 1, 2].map((page) => pages.data(page).byteOffset / 4096),
      [2, 7, 2],
    );
    assert.ok(new PagedRingMem(pages).window !== null);
    assert.equal(memory.ringPages(BigUint64Array.of(1n, 3n)).dataPageCount(), 1);
  });

  it('takes pages of several regions, and finds them where these begin', () => {
    const buffers = [new ArrayBuffer(4096 + 8), new ArrayBuffer(8192)];
    const memory = new GuestMemory([
      { gpa: 4096, buffer: buffers[0]!, byteOffset: 8 },
      { gpa: FOUR_GIB, buffer: buffers[1]! },
    ]);
    const pages = memory.ringPages([1n, 0x100001n]);
    assert.equal(pages.control().buffer, buffers[0]);
    assert.equal(pages.control().byteOffset, 8);
    assert.equal(pages.data(0).buffer, buffers[1]);
    assert.equal(pages.data(0).byteOffset, 4096);
  });

  it('refuses pages that the guest does not have, and rings without pages', () => {
    const { memory } = new Guest();
    assertGuestMemoryError('OutOfRange', () => memory.ringPages([0n, 5n]));
    assertGuestMemoryError('OutOfRange', () => memory.ringPages([5n, 0n]));
    assertGuestMemoryError('OutOfRange', () => memory.ringPages([0n, 2n ** 63n]));
    assertRingError('InvalidRingMemory', () => memory.ringPages([0n]));
    assert.throws(() => memory.ringPages([]), RangeError);
    // The second region begins at an odd place of its buffer.
    assert.throws(() => memory.ringPages([0n, 3n]), RangeError);
  });

  it('refuses a page that lies in two regions', () => {
    const memory = new GuestMemory([
      { gpa: 0, buffer: new ArrayBuffer(6144) },
      { gpa: 6144, buffer: new ArrayBuffer(6144) },
    ]);
    assertGuestMemoryError('OutOfRange', () => memory.ringPages([0n, 1n]));
    assert.equal(memory.ringPages([0n, 2n]).dataPageCount(), 1);
  });
});

describe('GuestMemoryError', () => {
  it('has a code and a message', () => {
    const error = new GuestMemoryError('OutOfRange', 'nothing there');
    assert.equal(error.name, 'GuestMemoryError');
    assert.equal(error.code, 'OutOfRange');
    assert.equal(error.message, 'guest address out of range: nothing there');
  });
});
