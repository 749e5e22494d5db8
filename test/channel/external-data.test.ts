import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  AccessError,
  connectedQueues,
  GpaRangeError,
  GuestMemory,
  GuestMemoryError,
  OutgoingPacketType,
  type PacketRef,
  PagedRange,
  readExternalData,
  resolveTransferRanges,
  writeExternalData,
} from '../../src/index.ts';
import { checkProperty } from '../support/property.ts';

const PAGES = 16;

function guest(): { memory: GuestMemory; bytes: Uint8Array } {
  const buffer = new SharedArrayBuffer(PAGES * 4096);
  const bytes = new Uint8Array(buffer);
  for (let i = 0; i < bytes.length; i++) bytes[i] = (i * 31 + (i >> 8)) & 0xff;
  return { memory: GuestMemory.of(buffer), bytes };
}

async function received(
  typ: OutgoingPacketType,
  tamper: (data: Uint8Array) => Uint8Array = (d) => d,
): Promise<PacketRef> {
  const [a, b] = connectedQueues({ ringBytes: 65536 });
  await a.write({ payload: Uint8Array.of(1), transactionId: 1n, typ });
  const mem = a.channel.outgoing.mem();
  const head = new Uint8Array(64);
  mem.readAt(0, head);
  mem.writeAt(0, tamper(head));
  return b.read();
}

/** Ranges of at most three pages. */
const arbitraryRange = fc
  .record({
    gpns: fc.array(fc.bigInt(0n, BigInt(PAGES - 1)), { minLength: 1, maxLength: 3 }),
    offset: fc.nat(4095),
    length: fc.nat(12287),
  })
  .map(({ gpns, offset, length }) => PagedRange.of(offset, 1 + (length % (gpns.length * 4096 - offset)), gpns));

/** Where each byte of the ranges lies: the slow way. */
function addressesOf(ranges: readonly PagedRange[]): number[] {
  return ranges.flatMap((range) =>
    [...range.ranges()].flatMap(({ start, end }) =>
      Array.from({ length: Number(end - start) }, (_, i) => Number(start) + i),
    ),
  );
}

test('what is read and written is what the ranges name, byte for byte', (t) => {
  const property = fc.property(fc.array(arbitraryRange, { maxLength: 4 }), fc.nat(), (ranges, cut) => {
    const { memory, bytes } = guest();
    const addresses = addressesOf(ranges);
    assert.deepEqual(
      readExternalData(ranges, memory, addresses.length),
      Uint8Array.from(addresses, (address) => bytes[address]!),
    );
    if (addresses.length > 0) {
      assert.throws(() => readExternalData(ranges, memory, addresses.length - 1), AccessError);
    }
    const data = Uint8Array.from({ length: cut % (addresses.length + 1) }, (_, i) => (i * 7) & 0xff);
    const want = Uint8Array.from(bytes);
    for (const [i, byte] of data.entries()) want[addresses[i]!] = byte;
    writeExternalData(ranges, memory, data);
    assert.ok(want.every((byte, i) => byte === bytes[i]));
    assert.throws(() => writeExternalData(ranges, memory, new Uint8Array(addresses.length + 1)), AccessError);
  });
  checkProperty(t, property, 60);
});

test('nothing is moved where one of the ranges is not there, be it the last', () => {
  const { memory, bytes } = guest();
  const ranges = [PagedRange.of(0, 4096, [1n]), PagedRange.of(0, 1, [BigInt(PAGES)])];
  const before = Uint8Array.from(bytes);
  assert.throws(() => writeExternalData(ranges, memory, new Uint8Array(100)), GuestMemoryError);
  assert.throws(() => readExternalData(ranges, memory, 10_000), GuestMemoryError);
  assert.deepEqual(Uint8Array.from(bytes), before);
});

test('the limit comes before the memory, and before anything is allocated', () => {
  const { memory } = guest();
  const pages = BigUint64Array.from({ length: 1 << 16 }, () => 1n);
  const huge = Array.from({ length: 1000 }, () => PagedRange.of(0, pages.length * 4096, pages));
  assert.throws(() => readExternalData(huge, memory, 1 << 20), AccessError);
  assert.throws(() => readExternalData([], memory, -1), RangeError);
  assert.throws(() => readExternalData([], memory, Number.NaN), RangeError);
  assert.throws(() => writeExternalData([], memory, 'text' as unknown as Uint8Array), TypeError);
});

test('a GPA-direct packet', async () => {
  const { memory, bytes } = guest();
  const ranges = [PagedRange.of(4090, 10, [3n, 1n]), PagedRange.of(0, 4096, [2n])];
  const packet = await received(OutgoingPacketType.GpaDirect(ranges));
  assert.deepEqual([packet.externalRangeCount, packet.transferBufferId], [2, null]);
  assert.equal(packet.readExternalRanges().rangeCount(), 2);
  assert.deepEqual(
    packet.readExternalData(memory, 5000),
    Uint8Array.from(addressesOf(ranges), (address) => bytes[address]!),
  );
  packet.writeExternalData(memory, Uint8Array.of(1, 2, 3, 4, 5, 6, 7));
  assert.deepEqual([bytes[3 * 4096 + 4095], bytes[4096]], [6, 7]);
  assert.throws(() => packet.readTransferRanges(PagedRange.empty()), TypeError);
  assert.throws(() => packet.readExternalData(memory, 4105), AccessError);
  packet.release();
  assert.throws(() => packet.readExternalRanges(), /given back/);
});

test('GPA ranges that are not valid', async () => {
  const packet = await received(OutgoingPacketType.GpaDirect([PagedRange.of(0, 4096, [3n])]), (data) => {
    new DataView(data.buffer).setUint32(28, 4096, true);
    return data;
  });
  assert.equal(packet.externalRangeCount, 1);
  assert.throws(() => packet.readExternalRanges(), GpaRangeError);
  assert.throws(() => packet.readExternalData(guest().memory, 1), GpaRangeError);
  assert.throws(() => packet.writeExternalData(guest().memory, new Uint8Array(0)), GpaRangeError);
});

test('a transfer-page packet', async () => {
  const buffer = PagedRange.of(100, 8000, [5n, 9n]);
  const ranges = [
    { byteCount: 16, byteOffset: 3990 },
    { byteCount: 0, byteOffset: 8000 },
    { byteCount: 8000, byteOffset: 0 },
  ];
  const packet = await received(OutgoingPacketType.TransferPages(0xcafe, ranges));
  assert.deepEqual([packet.externalRangeCount, packet.transferBufferId], [3, 0xcafe]);
  const [first, empty, all] = packet.readTransferRanges(buffer);
  assert.deepEqual([first!.offset(), first!.length, ...first!.gpns()], [4090, 16, 5n, 9n]);
  assert.equal(empty!.length, 0);
  assert.deepEqual([all!.offset(), all!.length, ...all!.gpns()], [100, 8000, 5n, 9n]);
  assert.throws(() => packet.readExternalRanges(), TypeError);
  assert.throws(() => packet.readExternalData(guest().memory, 100_000), TypeError);
  assert.throws(() => packet.readTransferRanges(PagedRange.of(0, 7999, [5n, 9n])), AccessError);
});

test('transfer ranges outside of the set', () => {
  const buffer = PagedRange.of(0, 4096, [5n]);
  for (const [byteOffset, byteCount] of [
    [4096, 1],
    [0, 4097],
    [0xffff_ffff, 1],
    [4095, 0xffff_ffff],
  ] as const) {
    assert.throws(() => resolveTransferRanges([{ byteOffset, byteCount }], buffer), AccessError);
  }
});

test('packets without external data', async () => {
  for (const typ of [OutgoingPacketType.InBandNoCompletion, OutgoingPacketType.Completion]) {
    const packet = await received(typ);
    assert.deepEqual([packet.externalRangeCount, packet.transferBufferId], [0, null]);
    assert.equal(packet.readExternalRanges().rangeCount(), 0);
    assert.equal(packet.readExternalData(guest().memory, 0).length, 0);
    assert.throws(() => packet.writeExternalData(guest().memory, new Uint8Array(1)), AccessError);
    assert.throws(() => packet.readTransferRanges(PagedRange.empty()), TypeError);
  }
});
