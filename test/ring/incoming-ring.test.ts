import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { IncomingRing, OutgoingPacketType, OutgoingRing, PagedRange } from '../../src/index.ts';
import { assertRingError } from '../support/assert-errors.ts';
import { FEW_MEMORY_KINDS, FLAT_MEMORY, MEMORY_KINDS } from '../support/memories.ts';
import { Exchange } from './exchange.ts';

const { InBandNoCompletion, InBandWithCompletion, Completion, GpaDirect, TransferPages } = OutgoingPacketType;

describe('IncomingRing, opened', () => {
  for (const kind of MEMORY_KINDS) {
    it(`masks interrupts, and goes on where the last reader was, over ${kind.name}`, () => {
      const memory = kind.make(4096);
      memory.control().set([16, 4000, 0, 1001], 0);
      memory.control()[16] = 6;
      const ring = new IncomingRing(memory.memory);
      assert.equal(ring.mem(), memory.memory);
      const control = { in: 16, out: 4000, interruptMask: 1, pendingSendSize: 1001, featureBits: 6 };
      assert.deepEqual(ring.inspect(), { ringSize: 4096, control });
      assert.deepEqual(ring.incoming().inspect(), { cachedIn: 16, committedOut: 4000, nextOut: 4000 });
      memory.checkCanaries();
    });
  }

  it('can be opened on corrupt words, and says so when they are looked at', () => {
    for (const bad of [4096, 4, 4092, 1, 0x8000_0000, 0xffff_fff8]) {
      for (const word of [0, 1]) {
        const memory = FLAT_MEMORY.make(4096);
        memory.control()[word] = bad;
        const ring = new IncomingRing(memory.memory);
        for (let again = 0; again < 2; again++) assertRingError('InvalidRingPointer', () => ring.incoming());
      }
    }
  });
});

describe('the interrupt mask', () => {
  it('is set and cleared by its reader', () => {
    const { memory, incoming } = new Exchange(4096);
    for (const state of [false, true, false]) {
      incoming.setInterruptMask(state);
      assert.equal(memory.control()[2], state ? 1 : 0);
    }
    incoming.verifyInterruptsUnmasked();
  });

  it('is reported when somebody else set it', () => {
    for (const kind of FEW_MEMORY_KINDS) {
      const { memory, incoming } = new Exchange(4096, kind);
      incoming.setInterruptMask(false);
      for (const mask of [1, 2, 0x8000_0000, 0xffff_ffff]) {
        memory.control()[2] = mask;
        const error = assertRingError('InterruptsExternallyMasked', () => incoming.verifyInterruptsUnmasked());
        assert.equal(error.offset, null);
      }
      incoming.setInterruptMask(false);
      incoming.verifyInterruptsUnmasked();
    }
  });
});

describe('IncomingRing.supportsPendingSendSize', () => {
  it('is bit 0 of the feature bits', () => {
    const { memory, incoming } = new Exchange(4096);
    assert.equal(incoming.supportsPendingSendSize(), true, 'our own writer supports it');
    for (const [bits, supported] of [
      [0, false],
      [1, true],
      [2, false],
      [3, true],
      [0xffff_fffe, false],
      [0xffff_ffff, true],
    ] as const) {
      memory.control()[16] = bits;
      assert.equal(incoming.supportsPendingSendSize(), supported);
    }
  });
});

describe('a packet that was read', () => {
  const gpa = GpaDirect([PagedRange.of(5, 4096, [1n, 2n]), PagedRange.of(0, 1, [3n])]);
  const transfer = TransferPages(0xbeef, [
    { byteCount: 0xffff_ffff, byteOffset: 1 },
    { byteCount: 0, byteOffset: 0xffff_ffff },
  ]);

  for (const kind of MEMORY_KINDS) {
    it(`says what it is, over ${kind.name}`, () => {
      const exchange = new Exchange(4096, kind, 4072);
      const id = 0x8000_0001_ffff_fffen;
      for (const [typ, packetType, kindName, hasId, completion, header] of [
        [InBandNoCompletion, 6, 'InBand', false, false, 16],
        [InBandWithCompletion, 6, 'InBand', true, true, 16],
        [Completion, 11, 'Completion', true, false, 16],
        [gpa, 9, 'GpaDirect', true, true, 24 + 5 * 8],
        [transfer, 7, 'TransferPages', true, true, 24 + 2 * 8],
      ] as const) {
        const start = exchange.write.inspect().nextIn;
        exchange.send(9, typ, id);
        const packet = exchange.take();
        assert.equal(packet.offset, start);
        assert.equal(packet.packetType, packetType);
        assert.equal(packet.typ.kind, kindName);
        assert.equal(packet.transactionId, hasId ? id : null);
        assert.deepEqual([packet.transactionIdLow, packet.transactionIdHigh], [0xffff_fffe, 0x8000_0001]);
        assert.equal(packet.completionRequested, completion);
        assert.equal(packet.size, header + 16 + 8);
        assert.equal(packet.payloadLength, 16);
        assert.deepEqual([packet.payload.offset, packet.payload.length], [start + header, 16]);
        exchange.incoming.commitRead(exchange.read);
      }
    });

    it(`keeps what it said when the ring is overwritten, over ${kind.name}`, () => {
      const exchange = new Exchange(4096, kind);
      exchange.send(8, gpa, 7n);
      const packet = exchange.take();
      const said = (): unknown => [
        packet.packetType,
        packet.size,
        packet.payloadLength,
        packet.transactionId,
        packet.typ,
      ];
      const before = said();
      exchange.memory.memory.writeAt(0, new Uint8Array(4096).fill(0xff));
      assert.deepEqual(said(), before);
      assert.ok(packet.typ.kind === 'GpaDirect');
      assert.equal(packet.typ.rangeCount, 2);
      assert.deepEqual([packet.typ.ranges.offset, packet.typ.ranges.length], [24, 40]);
    });
  }
});

describe('a batch of reads', () => {
  for (const kind of FEW_MEMORY_KINDS) {
    it(`is given back all at once, over ${kind.name}`, () => {
      const exchange = new Exchange(4096, kind, 4000);
      for (let i = 0; i < 5; i++) exchange.send(Uint8Array.of(i));
      for (let i = 0; i < 5; i++) exchange.take();
      assert.equal(exchange.memory.control()[1], 4000);
      assert.equal(exchange.incoming.canRead(exchange.read), false);
      exchange.incoming.commitRead(exchange.read);
      assert.equal(exchange.memory.control()[1], (4000 + 160) % 4096);
      assert.equal(exchange.read.inspect().committedOut, (4000 + 160) % 4096);
    });

    it(`can be reverted, over ${kind.name}`, () => {
      const exchange = new Exchange(4096, kind, 4000);
      for (let i = 0; i < 5; i++) exchange.send(Uint8Array.of(i));
      assert.equal(exchange.receive().payload[0], 0);
      for (let i = 1; i < 5; i++) assert.equal(exchange.take().payload.reader(exchange.incoming).readAll()[0], i);
      assert.equal(exchange.incoming.read(exchange.read), null);
      exchange.read.revert();
      assert.equal(exchange.incoming.canRead(exchange.read), true);
      assert.equal(exchange.incoming.commitRead(exchange.read), false);
      assert.equal(exchange.memory.control()[1], 4032);
      for (let i = 1; i < 5; i++) assert.equal(exchange.receive().payload[0], i);
    });
  }

  it('gives nothing back when nothing was read', () => {
    const exchange = new Exchange(4096);
    exchange.outgoing.setPendingSendSize(8);
    exchange.send(8);
    exchange.memory.control()[1] = 1234;
    assert.equal(exchange.incoming.commitRead(exchange.read), false);
    assert.equal(exchange.memory.control()[1], 1234, 'out was stored again');
  });

  it('looks at in only when all that is known of is read', () => {
    const exchange = new Exchange(4096);
    exchange.send(8);
    exchange.send(8);
    exchange.take();
    exchange.memory.control()[0] = 5;
    assert.equal(exchange.incoming.canRead(exchange.read), true);
    exchange.take();
    const offset = exchange.read.inspect();
    for (let again = 0; again < 2; again++) {
      assertRingError('InvalidRingPointer', () => exchange.incoming.canRead(exchange.read));
      assertRingError('InvalidRingPointer', () => exchange.incoming.read(exchange.read));
    }
    assert.deepEqual(exchange.read.inspect(), offset);
    exchange.memory.control()[0] = 64;
    assert.equal(exchange.incoming.read(exchange.read), null);
  });

  it('goes on behind an error once that is mended', () => {
    for (const kind of FEW_MEMORY_KINDS) {
      const exchange = new Exchange(4096, kind, 4088);
      exchange.send(Uint8Array.of(1, 2, 3));
      const good = new Uint8Array(2);
      exchange.memory.memory.readAt(4088, good);
      exchange.memory.memory.writeAt(4088, Uint8Array.of(8, 0));
      const error = assertRingError('InvalidDescriptorType', () => exchange.incoming.read(exchange.read));
      assert.equal(error.offset, 4088);
      exchange.memory.memory.writeAt(4088, good);
      assert.deepEqual([...exchange.receive().payload], [1, 2, 3, 0, 0, 0, 0, 0]);
    }
  });
});

describe('IncomingOffset', () => {
  it('belongs to one ring', () => {
    const first = new Exchange(4096);
    const second = new Exchange(4096);
    for (const ring of [second.incoming, new IncomingRing(first.memory.memory)]) {
      assert.throws(() => ring.read(first.read), TypeError);
      assert.throws(() => ring.canRead(first.read), TypeError);
      assert.throws(() => ring.commitRead(first.read), TypeError);
    }
  });

  it('has clones that move on their own', () => {
    const exchange = new Exchange(4096);
    exchange.send(Uint8Array.of(1));
    exchange.send(Uint8Array.of(2));
    exchange.take();
    const clone = exchange.read.clone();
    // `in` was looked at when the first packet was read.
    assert.deepEqual(clone.inspect(), { cachedIn: 64, committedOut: 0, nextOut: 32 });
    exchange.take();
    assert.equal(clone.inspect().nextOut, 32);
    clone.revert();
    assert.equal(exchange.incoming.read(clone)?.offset, 0);
    assert.equal(exchange.read.inspect().nextOut, 64);
    assert.throws(() => new IncomingRing(exchange.memory.memory).read(clone), TypeError);
  });
});

describe('two rings over one memory each way', () => {
  it('do not know of each other', () => {
    const there = new Exchange(4096);
    const back = new Exchange(4096);
    there.send(Uint8Array.of(1), InBandWithCompletion, 9n);
    const asked = there.take();
    back.send(Uint8Array.of(2), Completion, asked.transactionId!);
    assert.equal(back.take().transactionId, 9n);
    assert.equal(new OutgoingRing(there.memory.memory).outgoing().inspect().nextIn, 32);
  });
});
