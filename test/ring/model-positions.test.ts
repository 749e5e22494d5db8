import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Backing } from '../model/backing.ts';
import type { LengthSpec, WriteOp } from '../model/operations.ts';
import { PACKET_KINDS, type PacketKindName, type PacketSpec } from '../model/packet-spec.ts';
import type { BufferKind, Layout, MemoryName } from '../support/ring-places.ts';
import { randomKind, randomTransactionId } from '../model/random-packet.ts';
import { SideBySide } from '../model/side-by-side.ts';
import { Xorshift } from '../support/xorshift.ts';

// Every 8-byte position of a small ring, one after the other: each kind of packet begins, wraps and ends there, and the
// ring is full and empty there. Whatever a wrap can cut in two is cut in two.

const PAYLOAD_BYTES = [0, 1, 7, 8, 8, 9, 40, 40, 255, 1500, 1500];
const SEED = 0x5eed;

interface Ring {
  readonly layout: Layout;
  readonly buffer?: BufferKind;
  readonly pages: number;
  readonly kind: MemoryName;
}

const ONE_PAGE: readonly Ring[] = [
  { layout: 'row', pages: 1, kind: 'FlatRingMem' },
  { layout: 'row', buffer: 'wasm', pages: 1, kind: 'FlatRingMem' },
  { layout: 'row', pages: 1, kind: 'words, then set' },
  { layout: 'scattered', pages: 1, kind: 'PagedRingMem' },
  { layout: 'several', pages: 1, kind: 'user RingMem' },
];

function open({ layout, buffer = 'shared', pages, kind }: Ring): SideBySide {
  return new SideBySide(new Backing(layout, pages, buffer, SEED), 0, kind, kind);
}

function nameOf({ kind, pages, buffer = 'shared' }: Ring): string {
  return `${kind} of ${pages * 4096} bytes, ${buffer}`;
}

function packet(kind: PacketKindName, payloadBytes: number, random: Xorshift): PacketSpec {
  return {
    typ: randomKind(kind, random),
    transactionId: randomTransactionId(random),
    payload: random.bytes(payloadBytes),
  };
}

/** One packet from end to end, with every byte of the ring compared. */
function passOne(rings: SideBySide, start: number, spec: PacketSpec): void {
  rings.moveTo(start);
  rings.run({ op: 'setInterruptMask', state: false });
  // Every other payload by the methods that take and fill the caller's arrays, again and again the same.
  const inOne = spec.payload.length % 2 === 0;
  assert.equal(rings.writer.write(spec, inOne ? 'again' : 'write', 1), 'written');
  rings.run({ op: 'canRead' });
  rings.run({ op: 'commitWrite' });
  rings.checkImage();
  for (let i = 0; i < 2; i++) rings.run({ op: 'read', via: inOne ? 'into' : 'readAll', seed: 1 });
  rings.run({ op: 'commitRead' });
}

for (const ring of ONE_PAGE) {
  for (const kind of PACKET_KINDS) {
    test(`${kind} at every position: ${nameOf(ring)}`, () => {
      const rings = open(ring);
      const random = new Xorshift(SEED);
      for (let start = 0; start < rings.model.size; start += 8) {
        for (const payloadBytes of PAYLOAD_BYTES) passOne(rings, start, packet(kind, payloadBytes, random));
      }
      rings.backing.checkOutside();
    });
  }
}

// Pages that do not adjoin: headers and payloads are cut at page ends as well as at the ring's.
for (const ring of [
  { layout: 'scattered', pages: 3, kind: 'PagedRingMem' },
  { layout: 'several', pages: 3, kind: 'PagedRingMem' },
] satisfies Ring[]) {
  test(`every kind at every position: ${nameOf(ring)}, ${ring.layout}`, () => {
    const rings = open(ring);
    const random = new Xorshift(SEED);
    for (let start = 0, i = 0; start < rings.model.size; start += 8, i++) {
      const kind = PACKET_KINDS[i % PACKET_KINDS.length]!;
      passOne(rings, start, packet(kind, 300 + random.below(5000), random));
      // Those that cross the end of a page come in every kind.
      if (start % 4096 < 4096 - 96) continue;
      for (const each of PACKET_KINDS) passOne(rings, start, packet(each, random.below(80), random));
    }
    rings.backing.checkOutside();
  });
}

function write(length: LengthSpec): WriteOp {
  return { op: 'write', kind: 'InBandWithCompletion', length, via: 'write', later: false, seed: SEED };
}

const NOTHING: LengthSpec = { base: 'small', pages: 0, delta: 0 };
const LARGEST: LengthSpec = { base: 'largest', pages: 0, delta: 0 };

/** One packet of `size - 8` fills the ring: nothing fits any more, and reading it empties the ring. */
function fillWithOne(rings: SideBySide, start: number): void {
  rings.moveTo(start);
  assert.equal(rings.model.room(rings.model.in, rings.model.out), rings.model.size - 8);
  rings.run(write({ ...LARGEST, delta: 1 }));
  rings.run(write(LARGEST));
  rings.run({ op: 'setPendingSendSize', length: LARGEST });
  rings.run({ op: 'canWrite', length: { ...NOTHING, delta: 8 } });
  rings.run({ op: 'commitWrite' });
  rings.run(write(NOTHING));
  assert.equal(rings.model.published.length, 1);
  assert.equal(rings.model.room(rings.model.in, rings.model.out), 0);
  rings.checkImage();
  rings.run({ op: 'read', via: 'readAll', seed: 1 });
  rings.run({ op: 'canWrite', length: { ...NOTHING, delta: 8 } });
  rings.run({ op: 'commitRead' });
  rings.run({ op: 'read', via: 'readAll', seed: 1 });
  rings.run({ op: 'canRead' });
  rings.run({ op: 'canWrite', length: LARGEST });
  assert.equal(rings.model.in, rings.model.out);
}

/** As many of the smallest packets as fit, committed in one go, read in two. */
function fillWithMany(rings: SideBySide, start: number): void {
  const most = Math.floor((rings.model.size - 8) / 24);
  rings.moveTo(start);
  rings.run({ op: 'writeUntilFull', write: write(NOTHING), limit: most + 2 });
  rings.run({ op: 'commitWrite' });
  assert.equal(rings.model.published.length, most);
  rings.run({ op: 'readUntilEmpty', via: 'nothing', limit: most >> 1 });
  rings.run({ op: 'commitRead' });
  rings.run({ op: 'readUntilEmpty', via: 'nothing', limit: most });
  rings.run({ op: 'commitRead' });
  assert.equal(rings.model.in, rings.model.out);
  rings.checkImage();
}

for (const ring of ONE_PAGE) {
  test(`full and empty at every position: ${nameOf(ring)}`, () => {
    const rings = open(ring);
    for (let start = 0; start < rings.model.size; start += 8) {
      fillWithOne(rings, start);
      // At a third of the positions: 24 bytes at a time, they come to every place of the ring anyway.
      if (start % 24 === 0) fillWithMany(rings, start);
    }
    rings.backing.checkOutside();
  });
}
