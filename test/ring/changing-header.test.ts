import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { IncomingRing, PagedRingMem, readGpaRanges, readTransferPageRanges, type RingMem } from '../../src/index.ts';
import { assertGpaRangeError, assertRingError } from '../support/assert-errors.ts';
import { checkProperty, runsInFull } from '../support/property.ts';
import { UserAlignedRingMem, UserPagedMemory, UserRingMem } from '../support/user-memories.ts';
import { headerBytes, judgeHeader, type NaiveHeader } from './naive-packet.ts';

const RING_BYTES = 8192;

/** Calls `onRead` after each byte that is read through it, once per access. */
type OnRead = (addr: number, length: number) => void;

class WatchedRingMem extends UserRingMem {
  onRead: OnRead = () => {};

  override readAt(addr: number, data: Uint8Array): void {
    super.readAt(addr, data);
    this.onRead(addr, data.length);
  }
}

class WatchedAlignedRingMem extends UserAlignedRingMem {
  onRead: OnRead = () => {};

  override readAt(addr: number, data: Uint8Array): void {
    super.readAt(addr, data);
    this.onRead(addr, data.length);
  }
}

/** A ring whose reads are watched, with `available` bytes to read from `offset` on. */
class WatchedRing {
  readonly incoming: IncomingRing;
  readonly memory: WatchedRingMem | WatchedAlignedRingMem;

  constructor(aligned: boolean, offset: number, available: number) {
    const pages = [0, 1, 2].map(() => new Uint8Array(4096));
    new Uint32Array(pages[0]!.buffer).set([(offset + available) % RING_BYTES, offset]);
    this.memory = aligned ? new WatchedAlignedRingMem(pages) : new WatchedRingMem(pages);
    this.incoming = new IncomingRing(this.memory);
  }

  put(bytes: Uint8Array, offset: number): void {
    this.memory.writeAt(offset, bytes);
  }
}

function asBytes(...words: bigint[]): Uint8Array {
  return new Uint8Array(BigUint64Array.from(words).buffer);
}

const unit8 = fc.integer({ min: 0, max: 12 });
const header: fc.Arbitrary<NaiveHeader> = fc.record({
  type: fc.constantFrom(6, 7, 9, 11, 10),
  dataOffset8: unit8,
  length8: unit8,
  flags: fc.constantFrom(0, 1, 1, 2),
  id: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  extended0: fc.integer({ min: 0, max: 0xffff_ffff }),
  extended1: fc.integer({ min: 0, max: 12 }),
});

for (const aligned of [false, true]) {
  describe(`a header that changes while it is read, over a user RingMem${aligned ? ' with aligned methods' : ''}`, () => {
    it('is read once, and only what was read counts', (t) => {
      let packets = 0;
      const input = fc.tuple(
        header,
        header,
        fc.integer({ min: 0, max: RING_BYTES / 8 - 1 }),
        fc.integer({ min: 1, max: 16 }),
      );
      const property = fc.property(input, ([first, second, unit, units]) => {
        const offset = unit * 8;
        const ring = new WatchedRing(aligned, offset, units * 8);
        const read = ring.incoming.incoming();
        ring.put(headerBytes(first), offset);
        const reads = new Uint8Array(RING_BYTES);
        ring.memory.onRead = (addr, length) => {
          for (let i = 0; i < length; i++) reads[(addr + i) % RING_BYTES]!++;
          ring.put(headerBytes(second), offset);
        };
        // The descriptor comes in one access, the fixed part of the extended header in another.
        const seen: NaiveHeader = { ...first, extended0: second.extended0, extended1: second.extended1 };
        const wrong = judgeHeader(seen, units * 8);
        if (wrong === null) {
          const packet = ring.incoming.read(read);
          assert.ok(packet !== null);
          const { typ } = packet;
          assert.equal(packet.packetType, first.type);
          assert.equal(packet.size, first.length8 * 8 + 8);
          assert.equal(packet.payload.length, (first.length8 - first.dataOffset8) * 8);
          assert.equal(packet.payload.offset, offset + first.dataOffset8 * 8);
          assert.equal(packet.transactionId, first.flags === 1 || first.type === 11 ? first.id : null);
          if ('rangeCount' in typ) assert.equal(typ.rangeCount, second.extended1);
          if ('ranges' in typ) assert.equal(typ.ranges.length, (first.dataOffset8 - 3) * 8);
          assert.equal(read.inspect().nextOut, (offset + first.length8 * 8 + 8) % RING_BYTES);
          packets++;
        } else {
          assertRingError(wrong, () => ring.incoming.read(read));
        }
        assert.ok(Math.max(...reads) <= 1, 'a byte was read twice');
        assert.equal(
          reads.findIndex((count, at) => count > 0 && (at - offset + RING_BYTES) % RING_BYTES >= 24),
          -1,
          'more than the header was read',
        );
      });
      checkProperty(t, property, 2000);
      assert.ok(packets > 100 || !runsInFull(), `only ${packets} packets in all`);
    });

    it('is not looked at where there is no room for one', () => {
      for (const available of [8, 16]) {
        const ring = new WatchedRing(aligned, 4088, available);
        ring.memory.onRead = () => assert.fail('something was read');
        const read = ring.incoming.incoming();
        assertRingError('InvalidDataAvailable', () => ring.incoming.read(read));
      }
    });

    it('may change after the packet was read: neither size nor ranges move', () => {
      const ring = new WatchedRing(aligned, 8184, 128);
      const first = { type: 7, dataOffset8: 5, length8: 6, flags: 1, id: 9n, extended0: 3, extended1: 2 };
      ring.put(headerBytes(first), 8184);
      ring.put(asBytes(0x2_0000_0001n, 0x4_0000_0003n, 0x55n), 8184 + 24);
      const packet = ring.incoming.read(ring.incoming.incoming())!;
      ring.put(headerBytes({ ...first, dataOffset8: 0xffff, length8: 0xffff, extended1: 0xffff_ffff }), 8184);
      assert.deepEqual(readTransferPageRanges(ring.incoming, packet), [
        { byteCount: 1, byteOffset: 2 },
        { byteCount: 3, byteOffset: 4 },
      ]);
      assert.deepEqual([...packet.payload.reader(ring.incoming).readAll()], [0x55, 0, 0, 0, 0, 0, 0, 0]);
    });
  });

  describe(`a range list that changes while it is read, over a user RingMem${aligned ? ' with aligned methods' : ''}`, () => {
    it('is copied once, and the copy is what is validated', () => {
      const ring = new WatchedRing(aligned, 0, 128);
      ring.put(headerBytes({ type: 9, dataOffset8: 6, length8: 6, flags: 1, id: 9n, extended0: 0, extended1: 1 }), 0);
      const good = asBytes(8192n, 0xaan, 0xbbn);
      const bad = asBytes(0xffff_ffff_ffff_ffffn, 1n, 2n);
      ring.put(good, 24);
      const packet = ring.incoming.read(ring.incoming.incoming())!;
      let accesses = 0;
      ring.memory.onRead = () => {
        accesses++;
        ring.put(bad, 24);
      };
      const list = readGpaRanges(ring.incoming, packet);
      assert.equal(accesses, 1);
      assert.deepEqual([...list.first()!.gpns()], [0xaan, 0xbbn]);
      assert.equal(list.first()!.length, 8192);
      assertGpaRangeError('OffsetTooLarge', () => readGpaRanges(ring.incoming, packet));
      assert.deepEqual([...list.first()!.gpns()], [0xaan, 0xbbn], 'the list changed with the ring');
    });
  });
}

describe('a user PagedMemory that says something else each time', () => {
  /** Pages of a ring that holds one good packet, and pages of one that holds garbage. */
  function twoFaced(): { memory: RingMem; flip: (to: number) => void; asked: () => number } {
    const faces = [0, 1].map((face) => [0, 1].map(() => new Uint8Array(4096).fill(face * 0xff)));
    faces[0]![1]!.set(
      headerBytes({ type: 6, dataOffset8: 2, length8: 3, flags: 1, id: 7n, extended0: 5, extended1: 0 }),
    );
    new Uint32Array(faces[0]![0]!.buffer).set([128, 0]);
    let face = 0;
    let asked = 0;
    const pages = new UserPagedMemory(faces[0]!);
    const memory = new PagedRingMem({
      control: () => pages.control(),
      dataPageCount: () => pages.dataPageCount(),
      data: () => {
        const page = faces[face]![1]!;
        asked++;
        face = 1;
        return page;
      },
    });
    return { memory, flip: (to) => (face = to), asked: () => asked };
  }

  it('is asked once for a descriptor', () => {
    const { memory, flip, asked } = twoFaced();
    const ring = new IncomingRing(memory);
    const read = ring.incoming();
    const packet = ring.read(read);
    assert.equal(asked(), 1);
    assert.equal(packet?.size, 32);
    assert.equal(packet?.transactionId, 7n);
    assert.equal(packet?.payload.reader(ring).readAll()[0], 0xff);
    assertRingError('InvalidDescriptorLengths', () => ring.read(read));
    flip(0);
    read.revert();
    assert.equal(ring.read(read)?.size, 32);
  });
});
