import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BytePipe,
  createSignals,
  type GpadlChannelOptions,
  GuestMemory,
  GuestMemoryError,
  type GuestMemoryErrorCode,
  openGpadlChannel,
  PagedRange,
  PagedRingMem,
  Queue,
  type SavedChannel,
  VmbusRingError,
  type VmbusRingErrorCode,
} from '../../src/index.ts';
import { contractPackets, outgoingPacketOf } from '../support/contract.ts';
import { announceSeed } from '../support/property.ts';
import { vectorImage, VECTORS } from '../support/vectors.ts';
import { Xorshift } from '../support/xorshift.ts';

const RAM_PAGES = 128;

/** Page numbers below `RAM_PAGES`, in random order. */
function scattered(random: Xorshift): bigint[] {
  const pages = Array.from({ length: RAM_PAGES }, (_, page) => BigInt(page));
  for (let i = pages.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [pages[i], pages[j]] = [pages[j]!, pages[i]!];
  }
  return pages;
}

/** One buffer, or two regions with a hole between them; addresses are the same. */
function guestMemories(): GuestMemory[] {
  const half = (RAM_PAGES / 2) * 4096;
  return [
    GuestMemory.of(new SharedArrayBuffer(RAM_PAGES * 4096)),
    new GuestMemory([
      { gpa: 0, buffer: new SharedArrayBuffer(half) },
      { gpa: half, buffer: new ArrayBuffer(half + 8), byteOffset: 8 },
    ]),
  ];
}

function openBoth(options: Omit<GpadlChannelOptions, 'side' | 'signal'>): { guest: Queue; host: Queue } {
  const [toGuest, toHost] = createSignals();
  return {
    guest: new Queue(openGpadlChannel({ ...options, side: 'guest', signal: toHost })),
    host: new Queue(openGpadlChannel({ ...options, side: 'host', signal: toGuest })),
  };
}

test('both sides, over scattered pages, and where they lie in several buffers', async (t) => {
  const seed = announceSeed(t);
  const random = new Xorshift(seed);
  for (const memory of guestMemories()) {
    const pages = scattered(random).slice(0, 12);
    const { guest, host } = openBoth({ memory, pages: BigUint64Array.from(pages), secondRingPage: 4 });
    assert.deepEqual([guest.capacity, host.capacity], [3 * 4096 - 8, 7 * 4096 - 8]);
    for (const [from, to] of [
      [guest, host],
      [host, guest],
    ] as const) {
      const sending = (async () => {
        for (let i = 0; i < 300; i++) await from.write(new Uint8Array(8 * (i % 100)).fill(i));
      })();
      for (let i = 0; i < 300; i++) {
        const packet = await to.read();
        assert.deepEqual(packet.readAll(), new Uint8Array(8 * (i % 100)).fill(i));
      }
      await sending;
    }
    // In the pages that the list names, in its order, and nowhere else.
    const expected = new PagedRingMem(memory.ringPages(pages.slice(0, 4)));
    const [ours, theirs] = [new Uint8Array(3 * 4096), new Uint8Array(3 * 4096)];
    expected.readAt(0, ours);
    guest.channel.outgoing.mem().readAt(0, theirs);
    assert.deepEqual(ours, theirs);
    const others = scattered(random).filter((page) => !pages.includes(page));
    assert.ok(
      PagedRange.of(0, others.length * 4096, others)
        .reader(memory)
        .readAll()
        .every((byte) => byte === 0),
    );
  }
});

test('an end that was saved goes on, over the same scattered pages', async (t) => {
  const seed = announceSeed(t);
  const random = new Xorshift(seed);
  for (const memory of guestMemories()) {
    const pages = scattered(random).slice(0, 9);
    const [toGuest, toHost] = createSignals();
    const gpadl = { memory, pages, secondRingPage: 4 };
    const host = { ...gpadl, side: 'host', signal: toGuest } as const;
    const guest = new BytePipe(openGpadlChannel({ ...gpadl, side: 'guest', signal: toHost }));
    let pipe = new BytePipe(openGpadlChannel(host));
    const sent = new Uint8Array(40_000).map((_, i) => i % 251);
    const writing = Promise.all([guest.write(sent), guest.end()]);
    // One byte more, so that there is room to ask for the end.
    const received = new Uint8Array(sent.length + 1);
    for (let total = 0, length = 1; length !== 0; total += length) {
      length = await pipe.read(received.subarray(total, total + 1 + random.below(5000)));
      const saved = JSON.parse(JSON.stringify(pipe.channel.save())) as SavedChannel;
      pipe = new BytePipe(openGpadlChannel({ ...host, saved }));
    }
    await writing;
    assert.deepEqual(received.subarray(0, -1), sent);
    const saved = pipe.channel.save();
    const { incoming } = saved;
    const before = new Uint8Array(RAM_PAGES * 4096);
    memory.readAt(0, before);
    const wrong: readonly (readonly [unknown, (error: unknown) => boolean])[] = [
      [null, is(TypeError)],
      [{ ...saved, version: 2 }, is(RangeError)],
      [{ ...saved, incoming: { ...incoming, ringBytes: 4096 } }, is(RangeError)],
      [{ ...saved, incoming: { ...incoming, offset: incoming.offset === 0 ? 8 : 0 } }, ring('InvalidRingPointer')],
    ];
    for (const [broken, isExpected] of wrong) {
      assert.throws(() => openGpadlChannel({ ...host, saved: broken as SavedChannel }), isExpected);
    }
    assert.throws(() => openGpadlChannel({ ...host, side: 'guest', saved }), is(RangeError), 'the other side');
    const after = new Uint8Array(RAM_PAGES * 4096);
    memory.readAt(0, after);
    assert.deepEqual(after, before);
  }
});

for (const { name, seed, packetCount } of VECTORS) {
  test(`${name}, from a guest that is not ours, with its external ranges`, () => {
    const image = vectorImage(name);
    const ringPages = image.length / 4096;
    for (const memory of guestMemories()) {
      const pages = scattered(new Xorshift(seed)).slice(0, ringPages + 3);
      for (let i = 0; i < ringPages; i++) {
        memory.writeAt(pages[i]! * 4096n, image.subarray(i * 4096, (i + 1) * 4096));
      }
      const { host } = openBoth({ memory, pages, secondRingPage: ringPages });
      const batch = host.tryReadBatch()!;
      const packets = [...batch];
      const contract = contractPackets(seed, packetCount).slice(-packets.length);
      for (const [i, packet] of packets.entries()) {
        const want = contract[i]!;
        const { typ } = outgoingPacketOf(want);
        assert.deepEqual(packet.readAll(), want.payload);
        assert.equal(packet.transferBufferId, want.setId);
        assert.equal(packet.externalRangeCount, want.ranges.length);
        if (typ.kind === 'TransferPages') {
          assert.throws(() => packet.readExternalRanges(), TypeError);
        } else {
          const ranges = [...packet.readExternalRanges()];
          assert.deepEqual(
            ranges.map((range) => ({ length: range.length, offset: range.offset(), pages: [...range.gpns()] })),
            want.ranges,
          );
        }
      }
      batch.commit();
      assert.equal(host.tryRead(), null);
    }
  });
}

const memory = GuestMemory.of(new SharedArrayBuffer(RAM_PAGES * 4096));
const PAGES = [20n, 7n, 91n, 33n, 90n];
const ring = (code: VmbusRingErrorCode) => (error: unknown) => error instanceof VmbusRingError && error.code === code;
const guest = (code: GuestMemoryErrorCode) => (error: unknown) =>
  error instanceof GuestMemoryError && error.code === code;
const is = (kind: typeof TypeError | typeof RangeError) => (error: unknown) => error instanceof kind;

const REFUSED: readonly (readonly [string, Record<string, unknown>, (error: unknown) => boolean])[] = [
  ['no pages', { pages: [] }, ring('InvalidRingMemory')],
  ['a first ring without pages', { secondRingPage: 0 }, ring('InvalidRingMemory')],
  ['a first ring without data', { secondRingPage: 1 }, ring('InvalidRingMemory')],
  ['a second ring without data', { secondRingPage: 4 }, ring('InvalidRingMemory')],
  ['all pages on one side', { secondRingPage: 5 }, ring('InvalidRingMemory')],
  ['an index behind the list', { secondRingPage: 6 }, ring('InvalidRingMemory')],
  ['a fraction', { secondRingPage: 2.5 }, is(RangeError)],
  ['a negative index', { secondRingPage: -1 }, is(RangeError)],
  ['no number', { secondRingPage: Number.NaN }, is(RangeError)],
  ['a page twice in one ring', { pages: [20n, 7n, 33n, 90n, 90n] }, ring('InvalidRingMemory')],
  ['a page in both rings', { pages: [20n, 7n, 33n, 90n, 7n] }, ring('InvalidRingMemory')],
  ['a page that the guest does not have', { pages: [20n, 7n, 33n, 90n, 128n] }, guest('OutOfRange')],
  ['a page beyond all addresses', { pages: [20n, 7n, 33n, 90n, 2n ** 63n] }, guest('OutOfRange')],
  ['a negative page', { pages: [20n, 7n, 33n, 90n, -1n] }, guest('OutOfRange')],
  ['a page that is a number', { pages: [20n, 7n, 33n, 90n, 5] }, is(TypeError)],
  ['a list that is none', { pages: 'pages' }, is(TypeError)],
  ['another side', { side: 'hypervisor' }, is(TypeError)],
  ['a ring that is too large', { pages: Array.from({ length: 262_149 }, (_, i) => BigInt(i)) }, ring('RingTooLarge')],
];
for (const [name, wrong, isExpected] of REFUSED) {
  test(`refused, and nothing is written: ${name}`, () => {
    const [signal] = createSignals();
    const options = { memory, pages: PAGES, secondRingPage: 2, side: 'host', signal, ...wrong };
    assert.throws(() => openGpadlChannel(options as GpadlChannelOptions), isExpected);
    const all = new Uint8Array(RAM_PAGES * 4096);
    memory.readAt(0, all);
    assert.ok(all.every((byte) => byte === 0));
  });
}

test('refused, and nothing is written: a corrupt pointer in either ring', () => {
  for (const control of [20n, 91n]) {
    for (const word of [0, 4]) {
      for (const value of [4096 * 2, 4, 0xffff_fff8]) {
        const corrupt = GuestMemory.of(new SharedArrayBuffer(RAM_PAGES * 4096));
        const bytes = new Uint8Array(Uint32Array.of(value).buffer);
        corrupt.writeAt(Number(control) * 4096 + word, bytes);
        const before = new Uint8Array(RAM_PAGES * 4096);
        corrupt.readAt(0, before);
        const [signal] = createSignals();
        for (const side of ['host', 'guest'] as const) {
          assert.throws(
            () => openGpadlChannel({ memory: corrupt, pages: PAGES, secondRingPage: 2, side, signal }),
            ring('InvalidRingPointer'),
          );
        }
        const after = new Uint8Array(RAM_PAGES * 4096);
        corrupt.readAt(0, after);
        assert.deepEqual(after, before);
      }
    }
  }
});

test('the list is copied', () => {
  const pages = BigUint64Array.from(PAGES);
  const [signal] = createSignals();
  const queue = new Queue(openGpadlChannel({ memory, pages, secondRingPage: 2, side: 'host', signal }));
  pages.fill(0n);
  queue.tryWrite(new Uint8Array(8).fill(0xab));
  const byte = new Uint8Array(1);
  memory.readAt(33 * 4096 + 16, byte);
  assert.equal(byte[0], 0xab);
  assert.ok(queue.channel.incoming.mem() instanceof PagedRingMem);
});
