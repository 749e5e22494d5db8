import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { IncomingPacket, readGpaRanges, readInto, readTransferPageRanges, receiveInto } from '../../src/index.ts';
import { assertGpaRangeError, assertRingError } from '../support/assert-errors.ts';
import { MEMORY_KINDS, type MemoryKind } from '../support/memories.ts';
import { checkProperty } from '../support/property.ts';
import { Exchange } from './exchange.ts';
import { headerBytes, judgeHeader, type NaiveHeader } from './naive-packet.ts';

const RING_BYTES = 8192;

/** A ring in which a header lies at `offset`, with `available` bytes to read from there on. */
function ringWith(kind: MemoryKind, header: NaiveHeader, offset: number, available: number): Exchange {
  const exchange = new Exchange(RING_BYTES, kind, offset);
  exchange.memory.memory.writeAt(offset, headerBytes(header));
  exchange.memory.control()[0] = (offset + available) % RING_BYTES;
  return exchange;
}

/** Checks what a legal header became. */
function checkPacket(packet: IncomingPacket, header: NaiveHeader, offset: number): void {
  const { type, dataOffset8, length8, flags, id, extended0, extended1 } = header;
  assert.equal(packet.offset, offset);
  assert.equal(packet.packetType, type);
  assert.equal(packet.size, length8 * 8 + 8);
  assert.equal(packet.payloadLength, (length8 - dataOffset8) * 8);
  assert.deepEqual([packet.payload.offset, packet.payload.length], [offset + dataOffset8 * 8, packet.payloadLength]);
  assert.equal(packet.completionRequested, flags === 1);
  assert.equal(packet.transactionId, flags === 1 || type === 11 ? id : null);
  const { typ } = packet;
  if (typ.kind === 'GpaDirect' || typ.kind === 'TransferPages') {
    assert.equal(type, typ.kind === 'GpaDirect' ? 9 : 7);
    assert.equal(typ.rangeCount, extended1);
    assert.deepEqual([typ.ranges.offset, typ.ranges.length], [offset + 24, (dataOffset8 - 3) * 8]);
    if (typ.kind === 'TransferPages') assert.equal(typ.transferPageSetId, extended0 % 65536);
  } else {
    assert.equal(type, typ.kind === 'InBand' ? 6 : 11);
  }
}

/** A way to read a packet, and where the payload goes if the way copies it. */
interface Way {
  readonly target: (exchange: Exchange) => Uint8Array | null;
  readonly read: (exchange: Exchange, target: Uint8Array | null) => IncomingPacket | null;
}

const OWN = new Uint8Array(RING_BYTES);

/** An array that the ring has seen twice: only then is all of the fast path taken. */
function seen({ memory }: Exchange, target: Uint8Array): Uint8Array {
  for (let i = 0; i < 2; i++) memory.memory.readAt(0, target);
  return target;
}

const WAYS: readonly Way[] = [
  { target: () => null, read: ({ incoming, read }) => incoming.read(read) },
  {
    target: (exchange) => seen(exchange, OWN),
    read: ({ incoming, read }, target) => readInto(incoming, read, new IncomingPacket(), target!),
  },
  {
    // In the memory that the ring lies in, which ends with 64 KiB if WebAssembly is at work there: far behind the ring.
    target: (exchange) => {
      const { buffer } = exchange.memory.pages[0]!;
      const at = buffer.byteLength - RING_BYTES;
      return seen(exchange, at >= 49_152 ? new Uint8Array(buffer, at, RING_BYTES) : OWN);
    },
    read: ({ incoming, read }, target) => {
      const packet = new IncomingPacket();
      return receiveInto(incoming, read, packet, target!) === null ? null : packet;
    },
  },
];

function check(kind: MemoryKind, header: NaiveHeader, offset: number, available: number): void {
  for (const way of WAYS) checkWay(way, ringWith(kind, header, offset, available), header, offset, available);
}

function checkWay(way: Way, exchange: Exchange, header: NaiveHeader, offset: number, available: number): void {
  const { incoming, read } = exchange;
  const target = way.target(exchange);
  const wrong = judgeHeader(header, available);
  if (wrong === null) {
    const packet = way.read(exchange, target);
    assert.ok(packet !== null);
    checkPacket(packet, header, offset);
    assert.equal(read.inspect().nextOut, (offset + header.length8 * 8 + 8) % RING_BYTES);
    if (target !== null) {
      const payload = packet.payload.reader(incoming).readAll();
      assert.equal(Buffer.compare(target.subarray(0, payload.length), payload), 0, 'another payload');
    }
    // The list may take all of the packet, or be cut short: whatever it says, it ends.
    if (packet.typ.kind === 'TransferPages')
      assert.equal(readTransferPageRanges(incoming, packet).length, header.extended1);
    return;
  }
  const before = read.inspect();
  for (let again = 0; again < 2; again++) {
    assert.equal(assertRingError(wrong, () => way.read(exchange, target)).offset, offset);
  }
  assert.deepEqual({ ...read.inspect(), cachedIn: before.cachedIn }, before, 'something was consumed');
}

const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const small = fc.oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 0xffff }));
const header: fc.Arbitrary<NaiveHeader> = fc.record({
  type: fc.oneof(fc.constantFrom(6, 7, 9, 11, 10, 0, 8), fc.integer({ min: 0, max: 0xffff })),
  dataOffset8: small,
  length8: small,
  flags: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(0, 1) }, small),
  id: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  extended0: u32,
  extended1: fc.oneof(fc.integer({ min: 0, max: 9 }), u32),
});
const available8 = fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: RING_BYTES / 8 - 1 }));

for (const kind of MEMORY_KINDS) {
  describe(`headers that a hostile peer wrote, over ${kind.name}`, () => {
    it('are what the protocol says that they are', (t) => {
      const input = fc.tuple(header, fc.integer({ min: 0, max: RING_BYTES / 8 - 1 }), available8);
      const property = fc.property(input, ([anyHeader, unit, units]) => check(kind, anyHeader, unit * 8, units * 8));
      checkProperty(t, property, 700);
    });
  });
}

/** A header that is legal but for what is said. */
function legal(changes: Partial<NaiveHeader>): NaiveHeader {
  return { type: 6, dataOffset8: 2, length8: 3, flags: 0, id: 0n, extended0: 0, extended1: 0, ...changes };
}

describe('the rules of the protocol, one by one', () => {
  const all = RING_BYTES - 8;
  for (const [what, changes, available, wanted] of [
    ['an in-band packet', {}, 32, null],
    ['an empty packet in 24 bytes', { length8: 2 }, 24, null],
    ['the empty packet whose footer is not there', { length8: 2 }, 16, 'InvalidDataAvailable'],
    ['8 bytes', {}, 8, 'InvalidDataAvailable'],
    ['a packet without its footer', {}, 24, 'InvalidDescriptorLengths'],
    ['a payload before the descriptor ends', { dataOffset8: 1 }, all, 'InvalidDescriptorLengths'],
    ['a payload at the start', { dataOffset8: 0, length8: 0 }, all, 'InvalidDescriptorLengths'],
    ['a length below the data offset', { dataOffset8: 4, length8: 3 }, all, 'InvalidDescriptorLengths'],
    ['the largest length', { length8: 0xffff }, all, 'InvalidDescriptorLengths'],
    ['a length of all but the ring', { length8: RING_BYTES / 8 - 2 }, all, null],
    ['an unknown flag', { flags: 2 }, all, 'InvalidDescriptorFlags'],
    ['the highest flag', { flags: 0x8000 }, all, 'InvalidDescriptorFlags'],
    ['an unknown flag and type', { flags: 3, type: 0 }, all, 'InvalidDescriptorFlags'],
    ['a cancel packet', { type: 10 }, all, 'InvalidDescriptorType'],
    ['a type that exists only in its low byte', { type: 0x106 }, all, 'InvalidDescriptorType'],
    ['GPA-direct without an extended header', { type: 9, extended1: 1 }, all, 'InvalidDescriptorLengths'],
    ['GPA-direct without ranges', { type: 9, dataOffset8: 3 }, all, 'InvalidDescriptorGpaDirectRangeCount'],
    ['GPA-direct with more ranges than room', { type: 9, dataOffset8: 3, extended1: 9 }, all, null],
    ['transfer pages without an extended header', { type: 7 }, all, 'InvalidDescriptorLengths'],
    ['transfer pages without ranges', { type: 7, dataOffset8: 3 }, all, null],
    [
      'transfer pages with more ranges than room',
      { type: 7, dataOffset8: 3, extended1: 1 },
      all,
      'InvalidDescriptorLengths',
    ],
    [
      '2^32 - 1 transfer page ranges',
      { type: 7, dataOffset8: 3, extended1: 0xffff_ffff },
      all,
      'InvalidDescriptorLengths',
    ],
    [
      'a range count of 2^29 whose bytes are 2^32',
      { type: 7, dataOffset8: 3, extended1: 2 ** 29 },
      all,
      'InvalidDescriptorLengths',
    ],
    ['a surplus header', { dataOffset8: 3 }, all, null],
    ['a completion', { type: 11, flags: 0, id: 5n }, all, null],
  ] as const) {
    it(`${what}: ${wanted ?? 'a packet'}`, () => {
      const tested = legal(changes);
      assert.equal(judgeHeader(tested, available), wanted, 'the judge of these tests');
      for (const kind of MEMORY_KINDS)
        for (const offset of [0, 8168, 8176, 8184]) check(kind, tested, offset, available);
    });
  }
});

describe('range lists that a hostile peer wrote', () => {
  for (const kind of MEMORY_KINDS) {
    it(`are refused when they are read, over ${kind.name}`, () => {
      for (const [code, count, words] of [
        ['EmptyByteCount', 1, [0n, 1n]],
        ['OffsetTooLarge', 1, [(4096n << 32n) | 1n, 1n]],
        ['Overflow', 1, [0xffff_ffffn, 1n]],
        ['RangeTooSmall', 1, [8192n, 1n]],
        ['EmptyRange', 0xffff_ffff, [1n, 1n]],
      ] as const) {
        const tested = legal({ type: 9, dataOffset8: 5, length8: 5, extended1: count });
        const exchange = ringWith(kind, tested, 8168, 48);
        exchange.memory.memory.writeAt(8192, new Uint8Array(BigUint64Array.from(words).buffer));
        const packet = exchange.take();
        for (let again = 0; again < 2; again++)
          assertGpaRangeError(code, () => readGpaRanges(exchange.incoming, packet));
        exchange.incoming.commitRead(exchange.read);
        assert.equal(exchange.incoming.read(exchange.read), null);
      }
    });
  }

  it('belong to packets that have them', () => {
    const exchange = new Exchange(RING_BYTES);
    exchange.send(8);
    const packet = exchange.take();
    assert.throws(() => readGpaRanges(exchange.incoming, packet), TypeError);
    assert.throws(() => readTransferPageRanges(exchange.incoming, packet), TypeError);
  });
});
