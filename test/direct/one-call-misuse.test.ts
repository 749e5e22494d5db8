import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  accelerateMemory,
  BufferPages,
  FlatRingMem,
  Full,
  IncomingPacket,
  IncomingRing,
  type OutgoingOffset,
  OutgoingPacketType,
  OutgoingRing,
  type PageLocation,
  PagedRange,
  PagedRingMem,
  readInto,
  receiveInto,
  sendFrom,
  type SharedWasmMemory,
  writeFrom,
} from '../../src/index.ts';
import { allocateShared } from '../../src/transport/threads/shared-memory.ts';
import { assertRingError } from '../support/assert-errors.ts';
import { resizableBuffer } from '../support/vanishing-buffers.ts';

function ends(): { outgoing: OutgoingRing; incoming: IncomingRing; memory: FlatRingMem } {
  const memory = new FlatRingMem(4096);
  return { outgoing: new OutgoingRing(memory), incoming: new IncomingRing(memory), memory };
}

const IN_BAND = OutgoingPacketType.InBandNoCompletion;

describe('packets in one call', () => {
  it('are not written where the payload changes its length meanwhile', () => {
    // Where the array was not seen before, and where it was: when the range is asked first, and when it is asked again.
    for (const [bytes, seen, asked] of [
      [8, 0, 1],
      [64, 0, 1],
      [8, 2, 1],
      [64, 2, 1],
      [8, 2, 2],
      [64, 2, 2],
    ] as const) {
      const { outgoing, memory } = ends();
      const offset = outgoing.outgoing();
      const buffer = resizableBuffer(16, 64);
      const payload = new Uint8Array(buffer);
      for (let i = 0; i < seen; i++) memory.writeAt(0, payload);
      const range = PagedRange.of(0, 8, [1n]);
      let left = asked;
      range.offset = () => {
        if (--left === 0) buffer.resize(bytes);
        return 0;
      };
      const packet = { transactionId: 1, size: 16, typ: OutgoingPacketType.GpaDirect([range]) };
      const before = offset.inspect();
      assert.throws(() => writeFrom(outgoing, offset, packet, payload), /the (payload|packet) .* 16 bytes/);
      assert.deepEqual(offset.inspect(), before);
      assert.equal(outgoing.commitWrite(offset), false);
      assert.equal(memory.control()[0], 0);
    }
  });

  it('are not published where what a range runs has left a payload unwritten', () => {
    const { outgoing, memory } = ends();
    const offset = outgoing.outgoing();
    const payload = new Uint8Array(8);
    for (let i = 0; i < 2; i++) memory.writeAt(0, payload);
    const range = PagedRange.of(0, 8, [1n]);
    range.offset = () => {
      const inner = outgoing.write(offset, { transactionId: 2, size: 16, typ: IN_BAND });
      assert.ok(!(inner instanceof Full));
      inner.writer(outgoing);
      return 0;
    };
    const packet = { transactionId: 1, size: 8, typ: OutgoingPacketType.GpaDirect([range]) };
    assert.throws(() => sendFrom(outgoing, offset, packet, payload), RangeError);
    assert.deepEqual([memory.control()[0], offset.inspect().committedIn], [0, 0]);
  });

  it('are not there where what a range runs takes the memory of the ring away', () => {
    const buffer = resizableBuffer(8192, 8192);
    const memory = new FlatRingMem(4096, buffer);
    const outgoing = new OutgoingRing(memory);
    const offset = outgoing.outgoing();
    const payload = new Uint8Array(8);
    for (let i = 0; i < 2; i++) memory.writeAt(0, payload);
    const range = PagedRange.of(0, 8, [1n]);
    range.offset = () => {
      buffer.resize(4096);
      return 0;
    };
    const packet = { transactionId: 1, size: 8, typ: OutgoingPacketType.GpaDirect([range]) };
    const before = offset.inspect();
    assert.throws(() => sendFrom(outgoing, offset, packet, payload), { code: 'InvalidRingMemory' });
    assert.deepEqual(offset.inspect(), before);
  });

  it('are refused where the sizes differ, whether the array was seen before or not', () => {
    const { outgoing } = ends();
    const offset = outgoing.outgoing();
    const payload = new Uint8Array(16);
    for (let i = 0; i < 4; i++) {
      writeFrom(outgoing, offset, { transactionId: 1, size: 16, typ: IN_BAND }, payload);
      for (const size of [0, 8, 24, -16, Number.NaN]) {
        assert.throws(() => writeFrom(outgoing, offset, { transactionId: 1, size, typ: IN_BAND }, payload), RangeError);
      }
    }
    assert.equal(offset.inspect().nextIn, 4 * 40);
  });

  it('go to the ring that the offset is of, and to no ring that is read', () => {
    const [first, second] = [ends(), ends()];
    const payload = new Uint8Array(8);
    const packet = { transactionId: 1, size: 8, typ: IN_BAND };
    const offset = first.outgoing.outgoing();
    for (let i = 0; i < 3; i++) writeFrom(first.outgoing, offset, packet, payload);
    assert.throws(() => writeFrom(second.outgoing, offset, packet, payload), TypeError);
    const read = first.incoming.incoming() as unknown as OutgoingOffset;
    first.outgoing.commitWrite(offset);
    const [reads, into] = [first.incoming.incoming(), new IncomingPacket()];
    // The other ring has packets at the same places.
    const there = second.outgoing.outgoing();
    for (let i = 0; i < 3; i++) writeFrom(second.outgoing, there, packet, payload);
    second.outgoing.commitWrite(there);
    for (let i = 0; i < 2; i++) readInto(first.incoming, reads, into, payload);
    for (let i = 0; i < 2; i++) readInto(second.incoming, second.incoming.incoming(), into, payload);
    assert.throws(() => readInto(second.incoming, reads, into, payload), TypeError);
    assert.equal(reads.inspect().nextOut, 2 * 32);
    assert.throws(() => writeFrom(first.incoming as unknown as OutgoingRing, read, packet, payload), TypeError);
  });

  for (const kind of ['flat', 'paged'] as const) {
    it(`are not sent by the offset of a reader, and not while its own getter has begun another one, in memory for threads, ${kind}`, () => {
      const shared = allocateShared(131_072) as SharedWasmMemory;
      assert.equal(accelerateMemory(shared), true);
      const { buffer } = shared;
      const page = (byteOffset: number): PageLocation => ({ buffer, byteOffset });
      const memory =
        kind === 'flat'
          ? new FlatRingMem(8192, buffer)
          : new PagedRingMem(new BufferPages(page(0), [page(4096), page(16_384)]));
      const [outgoing, incoming] = [new OutgoingRing(memory), new IncomingRing(memory)];
      const [writes, reads] = [outgoing.outgoing(), incoming.incoming()];
      for (const payload of [new Uint8Array(buffer, 65_536, 64), new Uint8Array(64)]) {
        for (let i = 0; i < 2; i++) memory.writeAt(0, payload);
        const packet = { transactionId: 1, size: 64, typ: IN_BAND };
        const none = incoming as unknown as OutgoingRing;
        assert.throws(() => sendFrom(none, reads as unknown as OutgoingOffset, packet, payload), TypeError);
        const begins = {
          ...packet,
          get size(): number {
            const range = outgoing.write(writes, { transactionId: 2, size: 40, typ: IN_BAND });
            if (!(range instanceof Full)) range.writer(outgoing);
            return 64;
          },
        };
        assert.throws(() => sendFrom(outgoing, writes, begins, payload), RangeError);
        assert.equal(memory.control()[0], 0);
        writes.revert();
      }
      assert.equal(incoming.read(reads), null);
    });
  }

  it('are not consumed where the packet takes no header', () => {
    const shared = allocateShared(65_536) as SharedWasmMemory;
    assert.equal(accelerateMemory(shared), true);
    const memory = new FlatRingMem(4096, shared.buffer);
    const [outgoing, incoming] = [new OutgoingRing(memory), new IncomingRing(memory)];
    const [writes, reads] = [outgoing.outgoing(), incoming.incoming()];
    const target = new Uint8Array(shared.buffer, 32_768, 64);
    for (let i = 0; i < 2; i++) memory.readAt(0, target);
    writeFrom(outgoing, writes, { transactionId: 1, size: 64, typ: IN_BAND }, new Uint8Array(64));
    outgoing.commitWrite(writes);
    for (const none of [null, Object.freeze(new IncomingPacket())]) {
      assert.throws(() => receiveInto(incoming, reads, none as IncomingPacket, target), TypeError);
      assert.deepEqual([reads.inspect().nextOut, memory.control()[1]], [0, 0]);
    }
    assert.equal(receiveInto(incoming, reads, new IncomingPacket(), target), false);
  });

  it('are refused where their ranges take more than 2^31 or 2^32 bytes', () => {
    const { outgoing, memory } = ends();
    const offset = outgoing.outgoing();
    const payload = new Uint8Array(8);
    for (let i = 0; i < 2; i++) memory.writeAt(0, payload);
    const pages = 1_048_575;
    const range = PagedRange.of(0, 4096 * pages, new BigUint64Array(pages));
    for (const listBytes of [2 ** 31, 2 ** 32]) {
      // So many of the same: just above.
      const ranges = Array.from({ length: Math.ceil(listBytes / (8 + 8 * pages)) }, () => range);
      const packet = { transactionId: 1, size: 8, typ: OutgoingPacketType.GpaDirect(ranges) };
      assert.throws(() => writeFrom(outgoing, offset, packet, payload), { code: 'InvalidMessageLength' });
      assert.throws(() => outgoing.write(offset, packet), { code: 'InvalidMessageLength' });
    }
    assert.equal(offset.inspect().nextIn, 0);
    assert.ok(new Uint8Array(memory.buffer).subarray(4096).every((byte) => byte === 0));
  });

  it('write nothing past their place where a range says another offset when it is asked again', () => {
    const { outgoing, memory } = ends();
    const payload = new Uint8Array(8);
    for (let i = 0; i < 2; i++) memory.writeAt(0, payload);
    const range = PagedRange.of(0, 4096, new BigUint64Array(200).fill(7n));
    let asked = 0;
    // What the fast way makes of it is looked at: the third time, the general way asks.
    range.offset = () => {
      asked++;
      if (asked === 3) throw new Error('asked a third time');
      return asked === 1 ? 0 : 4096 * 90;
    };
    const packet = { transactionId: 1, size: 8, typ: OutgoingPacketType.GpaDirect([range]) };
    assert.throws(() => writeFrom(outgoing, outgoing.outgoing(), packet, payload), /asked a third time/);
    // Descriptor, fixed part, header of the range and one page number, the payload and the footer.
    assert.ok(new Uint8Array(memory.buffer, 4096 + 56).every((byte) => byte === 0));
  });

  it('are refused while the list of their pages is cut, and sent when it is whole', () => {
    const { outgoing, memory } = ends();
    const offset = outgoing.outgoing();
    const payload = new Uint8Array(8);
    for (let i = 0; i < 2; i++) memory.writeAt(0, payload);
    for (const firstPage of [0, 1]) {
      for (const asked of [false, true]) {
        const buffer = resizableBuffer(32, 32);
        const pages = new BigUint64Array(buffer);
        pages.set([7n, 8n, 9n, 10n]);
        const range = PagedRange.of(firstPage * 4096, 8192, pages);
        const packet = { transactionId: 1, size: 8, typ: OutgoingPacketType.GpaDirect([range]) };
        if (asked) assert.equal(writeFrom(outgoing, offset, packet, payload), null);
        for (const bytes of [0, 8 * firstPage, 8 * firstPage + 8]) {
          buffer.resize(bytes);
          const before = offset.inspect();
          assert.throws(() => writeFrom(outgoing, offset, packet, payload), RangeError);
          assert.deepEqual(offset.inspect(), before);
        }
        buffer.resize(32);
        pages.set([7n, 8n, 9n, 10n]);
        const { nextIn } = offset.inspect();
        assert.equal(writeFrom(outgoing, offset, packet, payload), null);
        const words = new BigUint64Array(memory.buffer, 4096 + nextIn + 32, 2);
        assert.deepEqual([...words], [7n + BigInt(firstPage), 8n + BigInt(firstPage)]);
      }
    }
  });

  it('are not read by an in that cannot be one', () => {
    const { outgoing, incoming, memory } = ends();
    const [writes, into, target] = [outgoing.outgoing(), new IncomingPacket(), new Uint8Array(8)];
    for (let i = 0; i < 3; i++) {
      writeFrom(outgoing, writes, { transactionId: i, size: 8, typ: IN_BAND }, new Uint8Array(8));
      outgoing.commitWrite(writes);
    }
    const control = memory.control();
    const valid = control[0]!;
    control[0] = 0;
    const reads = incoming.incoming();
    for (let i = 0; i < 3; i++) memory.readAt(0, target);
    for (const wrong of [valid + 4, valid + 1, 4096, 4096 + valid, -8]) {
      control[0] = wrong;
      const before = reads.inspect();
      assertRingError('InvalidRingPointer', () => readInto(incoming, reads, into, target));
      assert.deepEqual(reads.inspect(), before);
    }
    control[0] = valid;
    assert.equal(readInto(incoming, reads, into, target), into);
  });

  it('stay in the ring where they do not fit, or there is nothing to read them into', () => {
    const { outgoing, incoming } = ends();
    const [writes, reads] = [outgoing.outgoing(), incoming.incoming()];
    const payload = new Uint8Array(40).fill(9);
    for (let i = 0; i < 3; i++) writeFrom(outgoing, writes, { transactionId: i, size: 40, typ: IN_BAND }, payload);
    outgoing.commitWrite(writes);
    const into = new IncomingPacket();
    const [small, large] = [new Uint8Array(32), new Uint8Array(64)];
    for (let i = 0; i < 3; i++) {
      for (let again = 0; again < 4; again++) {
        assert.throws(() => readInto(incoming, reads, into, small), /the payload has 40 bytes, the target 32/);
      }
      assert.throws(
        () => readInto(incoming, reads, undefined as unknown as IncomingPacket, new Uint8Array(64)),
        TypeError,
      );
      assert.equal(reads.inspect().nextOut, i * 64);
      assert.equal(readInto(incoming, reads, into, large), into);
      assert.equal(into.transactionIdLow, i);
    }
    assert.ok(small.every((byte) => byte === 0));
    assert.equal(readInto(incoming, reads, into, large), null);
  });
});
