import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  BufferPages,
  FlatRingMem,
  Full,
  GuestMemory,
  IncomingRing,
  MultiPagedRangeBuf,
  OutgoingPacketType,
  OutgoingRing,
  PagedRange,
  PagedRingMem,
  readerNeedsSignal,
  type RingMem,
  RingRange,
  SingleMappedRingMem,
  writerNeedsSignal,
} from '../../src/index.ts';

/** What a caller in JavaScript, or with older types, can pass all the same. */
function pretend<T>(value: unknown): T {
  return value as T;
}

function refused(run: () => unknown, name: 'TypeError' | 'RangeError', message: RegExp): void {
  assert.throws(run, { name, message });
}

/** A memory of somebody else's, which calls ours: rings cannot know where its bytes are. */
function foreign(memory: RingMem): RingMem {
  return {
    length: memory.length,
    control: () => memory.control(),
    readAt: (addr, data) => memory.readAt(addr, data),
    writeAt: (addr, data) => memory.writeAt(addr, data),
  };
}

const NO_BYTES = ['hello', [1, 2, 3], new Uint32Array(2), new ArrayBuffer(8), new DataView(new ArrayBuffer(8)), {}];

describe('misuse', () => {
  it('of a view as a buffer, which would make a ring over a copy of it, is refused', () => {
    for (const view of [
      new Uint8Array(16384),
      Buffer.alloc(16384),
      new DataView(new ArrayBuffer(16384)),
      'x',
      123,
      {},
    ]) {
      const buffer = pretend<ArrayBuffer>(view);
      const message = /^expected ArrayBuffer or SharedArrayBuffer, got [A-Z]/;
      refused(() => new FlatRingMem(4096, buffer), 'TypeError', message);
      refused(() => BufferPages.inBuffer(buffer, 0, [4096]), 'TypeError', message);
      refused(() => GuestMemory.of(buffer), 'TypeError', message);
    }
  });

  it('of anything but a memory as a memory is refused', () => {
    for (const nothing of [undefined, null, {}, 'memory', new SharedArrayBuffer(8192)]) {
      refused(() => new OutgoingRing(pretend(nothing)), 'TypeError', /stands on a RingMem/);
      refused(() => new IncomingRing(pretend(nothing)), 'TypeError', /stands on a RingMem/);
    }
    for (const bytes of [new SharedArrayBuffer(8192), new Uint16Array(4096)]) {
      refused(() => new SingleMappedRingMem(pretend(bytes)), 'TypeError', /expected Uint8Array/);
    }
  });

  it('of other arrays as bytes is refused, over any memory', () => {
    const pages = { control: () => new Uint8Array(4096), dataPageCount: () => 1, data: () => new Uint8Array(4096) };
    for (const memory of [new FlatRingMem(4096), foreign(new FlatRingMem(4096)), new PagedRingMem(pages)]) {
      const ring = new OutgoingRing(memory);
      const packet = { transactionId: 0, size: 8, typ: OutgoingPacketType.InBandNoCompletion };
      const range = ring.write(ring.outgoing(), packet);
      assert.ok(!(range instanceof Full));
      for (const data of NO_BYTES) {
        const bytes = pretend<Uint8Array>(data);
        refused(() => range.writer(ring).write(bytes), 'TypeError', /expected Uint8Array/);
        refused(() => range.reader(ring).read(bytes), 'TypeError', /expected Uint8Array/);
        refused(() => memory.readAt(0, bytes), 'TypeError', /expected Uint8Array/);
        refused(() => memory.writeAt(0, bytes), 'TypeError', /expected Uint8Array/);
      }
    }
    for (const data of NO_BYTES) {
      const guest = GuestMemory.of(new ArrayBuffer(64));
      refused(() => guest.readAt(0, pretend(data)), 'TypeError', /expected Uint8Array/);
      refused(() => guest.writeAt(0, pretend(data)), 'TypeError', /expected Uint8Array/);
      refused(() => guest.writeRange(PagedRange.empty(), pretend(data)), 'TypeError', /expected Uint8Array/);
    }
  });

  it('of a list that is no array as the ranges of a packet is refused, and writes nothing', () => {
    const memory = new FlatRingMem(4096);
    const ring = new OutgoingRing(memory);
    const offset = ring.outgoing();
    const list = MultiPagedRangeBuf.from([PagedRange.of(0, 1, [1n])]);
    const transfer = new Set([{ byteCount: 1, byteOffset: 0 }]);
    for (const typ of [
      OutgoingPacketType.GpaDirect(pretend(list)),
      OutgoingPacketType.GpaDirect(pretend(new Set(list))),
      OutgoingPacketType.TransferPages(0, pretend(transfer)),
      pretend<OutgoingPacketType>({ kind: 'TransferPages', transferPageSetId: 0 }),
    ]) {
      const run = (): unknown => ring.write(offset, { transactionId: 0, size: 0, typ });
      refused(run, 'TypeError', /must be an array/);
    }
    const like = pretend<PagedRange>({ offset: () => 0, gpns: () => new BigUint64Array(1), isEmpty: false });
    const run = (): unknown =>
      ring.write(offset, { transactionId: 0, size: 0, typ: OutgoingPacketType.GpaDirect([like]) });
    assert.throws(run, RangeError);
    assert.equal(offset.inspect().nextIn, 0);
    assert.ok(new Uint8Array(memory.buffer).subarray(4096).every((byte) => byte === 0));
  });

  it('of a range that is none is refused', () => {
    const ring = new OutgoingRing(new FlatRingMem(4096));
    for (const [offset, length] of [
      [0.5, 8],
      [0, 8.5],
      [-8, 8],
      [8, -8],
      [NaN, 8],
      [0, NaN],
    ] as const) {
      refused(() => new RingRange(offset, length).writer(ring), 'RangeError', /outside a ring of 4096 bytes/);
    }
  });

  it('of a size that no ring has is refused by the predicates', () => {
    const page = new Uint8Array(4096);
    for (const bad of [0, -4096, 4095, NaN, Infinity, 2 ** 31]) {
      refused(() => readerNeedsSignal(page, bad), 'RangeError', /no ring has/);
      refused(() => writerNeedsSignal(page, bad), 'RangeError', /no ring has/);
    }
  });

  it('of the ring itself as the source or target of a copy is harmless', () => {
    const memory = new FlatRingMem(4096);
    const bytes = new Uint8Array(memory.buffer, 4096);
    for (const length of [16, 64, 128, 256, 1000]) {
      for (const [from, to] of [
        [0, 4],
        [4, 0],
        [0, 8],
        [3, 5],
      ] as const) {
        const want = Uint8Array.from({ length: 1100 }, (_, i) => i * 7);
        bytes.set(want);
        want.copyWithin(to, from, from + length);
        memory.writeAt(to, bytes.subarray(from, from + length));
        assert.deepEqual(bytes.slice(0, 1100), want);
      }
    }
  });
});
