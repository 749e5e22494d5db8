import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  Full,
  IncomingRing,
  InvalidPacketError,
  OutgoingPacketType,
  OutgoingRing,
  PacketSize,
  PagedRange,
  RingRange,
} from '../../src/index.ts';
import { assertRingError } from '../support/assert-errors.ts';
import { FEW_MEMORY_KINDS, FLAT_MEMORY, MEMORY_KINDS } from '../support/memories.ts';
import { checkProperty } from '../support/property.ts';
import { Exchange } from './exchange.ts';

const { InBandWithCompletion } = OutgoingPacketType;

describe('OutgoingRing, opened', () => {
  for (const kind of MEMORY_KINDS) {
    it(`announces what it does, and goes on where the last writer was, over ${kind.name}`, () => {
      const memory = kind.make(4096);
      memory.control().set([4000, 16, 5, 1000], 0);
      memory.control()[16] = 0xffff_fffe;
      const ring = new OutgoingRing(memory.memory);
      assert.equal(ring.mem(), memory.memory);
      const control = { in: 4000, out: 16, interruptMask: 5, pendingSendSize: 0, featureBits: 1 };
      assert.deepEqual(ring.inspect(), { ringSize: 4096, control });
      assert.deepEqual(ring.outgoing().inspect(), { cachedOut: 16, committedIn: 4000, nextIn: 4000 });
      const rest = memory.control().filter((word, i) => word !== 0 && ![0, 1, 2, 16].includes(i));
      assert.equal(rest.length, 0);
      memory.checkCanaries();
    });
  }

  it('can be opened on corrupt words, and says so when they are looked at', () => {
    for (const bad of [4096, 4, 4092, 1, 0x8000_0000, 0xffff_fff8]) {
      for (const word of [0, 1]) {
        const memory = FLAT_MEMORY.make(4096);
        memory.control()[word] = bad;
        const ring = new OutgoingRing(memory.memory);
        for (let again = 0; again < 2; again++) assertRingError('InvalidRingPointer', () => ring.outgoing());
        assert.equal(ring.inspect().control[word === 0 ? 'in' : 'out'], bad);
      }
    }
  });
});

describe('OutgoingRing.write', () => {
  it('takes transaction ids of all 64 bits, as bigint and as number', () => {
    const ids = [
      0n,
      1n,
      0x7fff_ffffn,
      0x8000_0000n,
      0xffff_ffffn,
      2n ** 32n,
      2n ** 53n - 1n,
      2n ** 53n,
      2n ** 63n,
      2n ** 64n - 1n,
    ];
    for (const kind of FEW_MEMORY_KINDS) {
      const exchange = new Exchange(4096, kind);
      for (const id of ids) {
        const forms = id < 2n ** 53n ? [id, Number(id)] : [id];
        for (const form of forms) {
          exchange.send(1, InBandWithCompletion, form);
          const packet = exchange.take();
          assert.equal(packet.transactionId, id);
          assert.equal(packet.transactionIdLow, Number(id & 0xffff_ffffn));
          assert.equal(packet.transactionIdHigh, Number(id >> 32n));
          exchange.incoming.commitRead(exchange.read);
        }
      }
    }
  });

  it('takes any transaction id', (t) => {
    const exchange = new Exchange(4096);
    const property = fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.maxSafeNat(), (id, number) => {
      exchange.send(0, OutgoingPacketType.Completion, id);
      exchange.send(0, OutgoingPacketType.Completion, number);
      assert.equal(exchange.take().transactionId, id);
      assert.equal(exchange.take().transactionId, BigInt(number));
      exchange.incoming.commitRead(exchange.read);
    });
    checkProperty(t, property, 1000);
  });

  it('is asked for room by a whole number of bytes', () => {
    const { outgoing, write } = new Exchange(4096);
    assert.equal(outgoing.canWrite(write, 0), true);
    assert.equal(outgoing.canWrite(write, 4088), true);
    // Waiting for that would never end.
    assert.throws(() => outgoing.canWrite(write, 4089), { name: 'InvalidPacketError', code: 'InvalidMessageLength' });
    for (const bad of [-1, 0.5, NaN, Infinity]) assert.throws(() => outgoing.canWrite(write, bad), RangeError);
  });

  it('says how much room a packet needs when there is none, and changes nothing', () => {
    const gpa = OutgoingPacketType.GpaDirect([PagedRange.of(0, 4097, [1n, 2n])]);
    const transfer = OutgoingPacketType.TransferPages(1, [{ byteCount: 1, byteOffset: 1 }]);
    for (const kind of MEMORY_KINDS) {
      const exchange = new Exchange(4096, kind);
      exchange.send(4096 - 8 - 24 - 16);
      assert.equal(exchange.outgoing.canWrite(exchange.write, 16), true);
      const before = exchange.memory.image();
      const offset = exchange.write.inspect();
      for (const [typ, size, needed] of [
        [InBandWithCompletion, 0, 24],
        [InBandWithCompletion, 1, 32],
        [OutgoingPacketType.Completion, 4064, 4088],
        [gpa, 3, PacketSize.gpaDirect(1, 2, 3)],
        [transfer, 8, PacketSize.transferPages(1, 8)],
      ] as const) {
        const full = exchange.put(size, typ);
        assert.ok(full instanceof Full);
        assert.equal(full.size, needed);
      }
      assert.deepEqual(exchange.write.inspect(), offset);
      assert.deepEqual(exchange.memory.image(), before);
      assert.equal(exchange.outgoing.commitWrite(exchange.write), false);
    }
  });

  it('looks for room that the reader gave back only when it has to', () => {
    const exchange = new Exchange(4096);
    exchange.send(2000);
    exchange.receive();
    assert.equal(exchange.write.inspect().cachedOut, 0);
    exchange.send(2000);
    assert.equal(exchange.write.inspect().cachedOut, 0);
    exchange.send(2000);
    assert.equal(exchange.write.inspect().cachedOut, 2024);
  });

  it('throws where the reader stored what is no ring offset, and can go on when that is mended', () => {
    for (const kind of FEW_MEMORY_KINDS) {
      const exchange = new Exchange(4096, kind);
      exchange.send(4000);
      exchange.receive();
      const offset = exchange.write.inspect();
      for (const bad of [4096, 4100, 2028, 0xffff_fff8]) {
        exchange.memory.control()[1] = bad;
        const before = exchange.memory.image();
        for (let again = 0; again < 2; again++) {
          assertRingError('InvalidRingPointer', () => exchange.put(4000));
          assertRingError('InvalidRingPointer', () => exchange.outgoing.canWrite(exchange.write, 4000));
        }
        assert.deepEqual(exchange.write.inspect(), offset);
        assert.deepEqual(exchange.memory.image(), before);
      }
      exchange.memory.control()[1] = 4024;
      exchange.send(4000);
    }
  });

  it('hands out a range of exactly the payload', () => {
    const exchange = new Exchange(4096, FLAT_MEMORY, 4080);
    const range = exchange.put(13, OutgoingPacketType.TransferPages(1, [{ byteCount: 1, byteOffset: 1 }]));
    assert.ok(range instanceof RingRange);
    assert.deepEqual([range.offset, range.length, range.isEmpty], [4080 + 32, 13, false]);
    const empty = exchange.put(0);
    assert.ok(empty instanceof RingRange && empty.isEmpty);
  });
});

describe('a batch of writes', () => {
  for (const kind of FEW_MEMORY_KINDS) {
    it(`is published all at once, over ${kind.name}`, () => {
      const exchange = new Exchange(8192, kind, 8000);
      exchange.incoming.setInterruptMask(false);
      for (let i = 0; i < 10; i++) exchange.put(Uint8Array.of(i), InBandWithCompletion, i);
      assert.equal(exchange.incoming.canRead(exchange.read), false);
      assert.equal(exchange.incoming.read(exchange.read), null);
      assert.equal(exchange.memory.control()[0], 8000);
      assert.equal(exchange.outgoing.commitWrite(exchange.write), true);
      assert.equal(exchange.memory.control()[0], (8000 + 320) % 8192);
      for (let i = 0; i < 10; i++) {
        const packet = exchange.take();
        assert.equal(packet.transactionId, BigInt(i));
        assert.equal(packet.payload.reader(exchange.incoming).readAll()[0], i);
      }
      assert.equal(exchange.incoming.read(exchange.read), null);
    });

    it(`can be reverted, over ${kind.name}`, () => {
      const exchange = new Exchange(4096, kind, 4000);
      exchange.send(Uint8Array.of(1));
      const committed = exchange.write.inspect();
      exchange.put(Uint8Array.of(2));
      exchange.put(3000);
      exchange.write.revert();
      assert.deepEqual(exchange.write.inspect(), committed);
      assert.equal(exchange.outgoing.commitWrite(exchange.write), false);
      exchange.send(Uint8Array.of(3));
      assert.equal(exchange.receive().payload[0], 1);
      assert.equal(exchange.receive().payload[0], 3);
      assert.equal(exchange.incoming.read(exchange.read), null);
    });
  }

  it('publishes nothing when there is nothing new', () => {
    const exchange = new Exchange(4096);
    exchange.incoming.setInterruptMask(false);
    const before = exchange.memory.image();
    assert.equal(exchange.outgoing.commitWrite(exchange.write), false);
    assert.deepEqual(exchange.memory.image(), before);
    assert.equal(exchange.send(1), true);
    exchange.memory.control()[0] = 1234;
    assert.equal(exchange.outgoing.commitWrite(exchange.write), false);
    assert.equal(exchange.memory.control()[0], 1234, 'in was stored again');
  });
});

describe('OutgoingRing.commitWrite', () => {
  it('signals a reader that is not masked and has read everything', () => {
    for (const [mask, left, signal] of [
      [0, 0, true],
      [1, 0, false],
      [0x8000_0000, 0, false],
      [0, 1, false],
      [1, 1, false],
    ] as const) {
      const exchange = new Exchange(4096, FLAT_MEMORY, 4080);
      for (let i = 0; i < left; i++) exchange.send(8);
      exchange.memory.control()[2] = mask;
      exchange.put(8);
      assert.equal(exchange.send(8), signal);
    }
  });
});

describe('OutgoingRing.setPendingSendSize', () => {
  it('asks for a multiple of 8, up to the largest packet', () => {
    const exchange = new Exchange(8192);
    for (const [length, stored] of [
      [0, 0],
      [1, 8],
      [8, 8],
      [9, 16],
      [8183, 8184],
      [8184, 8184],
    ] as const) {
      exchange.outgoing.setPendingSendSize(length);
      assert.equal(exchange.memory.control()[3], stored);
    }
  });

  it('refuses what could never be free, and what is no length', () => {
    const exchange = new Exchange(8192);
    exchange.outgoing.setPendingSendSize(64);
    for (const length of [8185, 8192, 2 ** 32, 2 ** 32 + 8]) {
      assert.throws(
        () => exchange.outgoing.setPendingSendSize(length),
        (error) => error instanceof InvalidPacketError && error.code === 'InvalidMessageLength',
      );
    }
    for (const length of [-1, -8, 0.5, NaN, Infinity]) {
      assert.throws(() => exchange.outgoing.setPendingSendSize(length), RangeError);
    }
    assert.equal(exchange.memory.control()[3], 64);
  });

  it('takes the size of a ring that is larger than a packet can be', () => {
    const exchange = new Exchange(1 << 20);
    exchange.outgoing.setPendingSendSize((1 << 20) - 8);
    assert.equal(exchange.memory.control()[3], (1 << 20) - 8);
  });
});

describe('OutgoingOffset', () => {
  it('belongs to one ring', () => {
    const first = new Exchange(4096);
    const second = new Exchange(4096);
    const sameMemory = new OutgoingRing(first.memory.memory);
    const packet = { transactionId: 0, size: 0, typ: InBandWithCompletion };
    for (const ring of [second.outgoing, sameMemory]) {
      const before = first.memory.image();
      assert.throws(() => ring.write(first.write, packet), TypeError);
      assert.throws(() => ring.canWrite(first.write, 8), TypeError);
      assert.throws(() => ring.commitWrite(first.write), TypeError);
      assert.deepEqual(first.memory.image(), before);
    }
  });

  it('has clones that move on their own', () => {
    const exchange = new Exchange(4096);
    exchange.put(8);
    const clone = exchange.write.clone();
    assert.deepEqual(clone.inspect(), { cachedOut: 0, committedIn: 0, nextIn: 32 });
    exchange.put(8);
    assert.equal(clone.inspect().nextIn, 32);
    clone.revert();
    assert.equal(exchange.write.inspect().nextIn, 64);
    exchange.outgoing.canWrite(clone, 8);
    assert.throws(() => new OutgoingRing(exchange.memory.memory).canWrite(clone, 8), TypeError);
  });

  it('may be one of several for a ring', () => {
    const exchange = new Exchange(4096);
    exchange.send(8);
    const other = exchange.outgoing.outgoing();
    assert.deepEqual(other.inspect(), exchange.write.inspect());
    assert.equal(new IncomingRing(exchange.memory.memory).incoming().inspect().cachedIn, 32);
  });
});
