import assert from 'node:assert/strict';
import {
  accelerateMemory,
  BufferPages,
  FlatRingMem,
  type IncomingOffset,
  IncomingPacket,
  IncomingRing,
  PagedRingMem,
  readGpaRanges,
  readInto,
  readTransferPageRanges,
  receiveInto,
  type RingMem,
} from '../../../src/index.ts';
import { readWord } from '../../inspect/images.ts';
import { outcomeOf } from '../../support/typed-errors.ts';
import { UserRingMem } from '../../support/user-memories.ts';
import { wasmMemory } from '../../support/vanishing-buffers.ts';
import type { FuzzTarget } from '../engine/fuzz-target.ts';
import { Input } from './input.ts';
import { RING_BYTES, ringImage, ringSeeds } from './ring-input.ts';
import { readRangesSlowly } from './slow-ranges.ts';
import { readSlowly, type SlowPacket, type SlowReading } from './slow-reader.ts';

/** A memory that is filled anew for each input, and where payloads are received. */
interface Place {
  readonly memory: RingMem;
  readonly pages: readonly Uint8Array[];
  readonly target: Uint8Array;
}

function pagesIn(buffer: ArrayBufferLike, offsets: readonly number[]): Uint8Array[] {
  return offsets.map((offset) => new Uint8Array(buffer, offset, 4096));
}

function placeInWasm(): Place {
  const memory = wasmMemory({ initial: 1, maximum: 1, shared: true });
  assert.ok(accelerateMemory(memory));
  const { buffer } = memory;
  const target = new Uint8Array(buffer, 16384, RING_BYTES);
  return { memory: new FlatRingMem(RING_BYTES, buffer), pages: pagesIn(buffer, [0, 4096]), target };
}

function placeFlat(): Place {
  const buffer = new ArrayBuffer(8192);
  return {
    memory: new FlatRingMem(RING_BYTES, buffer),
    pages: pagesIn(buffer, [0, 4096]),
    target: new Uint8Array(RING_BYTES),
  };
}

function placePaged(): Place {
  const buffer = new ArrayBuffer(65536);
  const memory = new PagedRingMem(BufferPages.inBuffer(buffer, 8192, [40]));
  return { memory, pages: pagesIn(buffer, [8192, 40]), target: new Uint8Array(RING_BYTES) };
}

function placeUsers(): Place {
  const pages = pagesIn(new ArrayBuffer(8192), [0, 4096]);
  return { memory: new UserRingMem(pages), pages, target: new Uint8Array(RING_BYTES) };
}

let places: readonly Place[] | null = null;

/** Reads the next packet, and its payload to the beginning of `target`. */
type Way = (ring: IncomingRing, offset: IncomingOffset, target: Uint8Array) => IncomingPacket | null;

const WAYS: readonly Way[] = [
  (ring, offset, target) => {
    const packet = ring.read(offset);
    if (packet !== null) packet.payload.reader(ring).read(target.subarray(0, packet.payloadLength));
    return packet;
  },
  (ring, offset, target) => readInto(ring, offset, new IncomingPacket(), target),
  (ring, offset, target) => {
    const packet = new IncomingPacket();
    return receiveInto(ring, offset, packet, target) === null ? null : packet;
  },
];

function checkPacket(ring: IncomingRing, packet: IncomingPacket, target: Uint8Array, slow: SlowPacket): void {
  assert.equal(packet.offset, slow.offset);
  assert.equal(packet.packetType, slow.type);
  assert.equal(packet.completionRequested, slow.flags === 1);
  assert.equal(packet.transactionId, slow.flags === 1 || slow.type === 11 ? slow.id : null);
  assert.equal(packet.payloadLength, slow.payload.length);
  assert.equal(Buffer.compare(target.subarray(0, slow.payload.length), slow.payload), 0, 'the payload');
  const { typ } = packet;
  const words = new BigUint64Array(slow.extended.buffer);
  if (typ.kind === 'GpaDirect') {
    const expected = readRangesSlowly(typ.rangeCount, [...words].slice(1));
    const found = outcomeOf(() => readGpaRanges(ring, packet));
    assert.equal(found.code, 'code' in expected ? expected.code : null);
    if (found.code === null && 'words' in expected) {
      assert.deepEqual([...found.value.rangeBuffer()], [...words].slice(1, 1 + expected.words));
    }
  } else if (typ.kind === 'TransferPages') {
    const ranges = readTransferPageRanges(ring, packet);
    const found = ranges.map(({ byteCount, byteOffset }) => BigInt(byteCount) + BigInt(byteOffset) * 2n ** 32n);
    assert.deepEqual(found, [...words].slice(1, 1 + typ.rangeCount));
    assert.equal(typ.transferPageSetId, Number(words[0]! % 65536n));
  }
}

/** `late`: what is in the ring is published when the ring was found empty. That is where `receiveInto` takes its shortest way. */
function readAll(place: Place, way: Way, { packets, code }: SlowReading, late: boolean): void {
  const { memory, target } = place;
  const ring = new IncomingRing(memory);
  const words = memory.control();
  const newIn = words[0]!;
  if (late) words[0] = words[1]!;
  const opened = outcomeOf(() => ring.incoming());
  words[0] = newIn;
  if (opened.code !== null) return assert.equal(opened.code, code);
  const offset = opened.value;
  for (const slow of packets) {
    const packet = way(ring, offset, target);
    assert.ok(packet !== null, 'there is a packet more');
    checkPacket(ring, packet, target, slow);
  }
  const { committedOut, nextOut } = offset;
  for (let again = 0; again < 2; again++) {
    const end = outcomeOf(() => way(ring, offset, target));
    assert.equal(end.code, code);
    if (end.code === null) assert.equal(end.value, null);
    assert.deepEqual([offset.committedOut, offset.nextOut], [committedOut, nextOut], 'something was consumed');
  }
  ring.commitRead(offset);
  assert.equal(memory.control()[1], nextOut);
}

/** Rings read over memories of every kind, in all ways: the packets and the error that a slow reader finds, and nothing else written. */
export const ringRead: FuzzTarget = {
  sources: [
    'src/ring/parse.ts',
    'src/ring/incoming',
    'src/ring/range-reader.ts',
    'src/ring/pointers.ts',
    'src/direct/fast-re',
    'src/direct/re',
    'src/external/',
  ],
  run(bytes) {
    places ??= [placeInWasm(), placeFlat(), placePaged(), placeUsers()];
    const input = new Input(bytes);
    const kind = input.u8();
    const place = places[kind % places.length]!;
    const late = (kind & 16) !== 0;
    const image = ringImage(input);
    const slow = readSlowly(image);
    for (const way of WAYS) {
      for (const [i, page] of place.pages.entries()) page.set(image.subarray(i * 4096, (i + 1) * 4096));
      readAll(place, way, slow, late);
      assert.equal(Buffer.compare(place.pages[1]!, image.subarray(4096)), 0, 'the data were written to');
      assert.equal(place.memory.control()[0]! >>> 0, readWord(image, 0));
    }
  },
  seeds: () => [0, 1, 2, 3, 16, 17].flatMap((kind) => ringSeeds([kind])),
};
