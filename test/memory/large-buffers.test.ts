import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import {
  BufferPages,
  FlatRingMem,
  Full,
  IncomingRing,
  OutgoingPacketType,
  OutgoingRing,
  PagedRingMem,
  type RingMem,
  SingleMappedRingMem,
} from '../../src/index.ts';
import { windowOf } from '../../src/memory/window-of.ts';

const GIB = 2 ** 30;

/** The system commits their pages as they are touched, so these take a few of them. */
function makeBuffers(bytes: number): (ArrayBufferLike | null)[] {
  return [new ArrayBuffer(bytes), new SharedArrayBuffer(bytes)];
}

/** JavaScriptCore (Bun) has no buffers of more than 4 GiB: what would lie above is left out there, and nowhere else. */
const ENDS_AT_4_GIB = 'bun' in process.versions;

const BIG_BYTES = (ENDS_AT_4_GIB ? 4 : 4.5) * GIB;

const RING_BYTES = 3 * 4096;

type Open = (buffer: ArrayBufferLike) => RingMem;

/** Where the control page and three data pages of a ring lie, and how it is opened. */
interface Placement {
  readonly name: string;
  readonly pages: readonly number[];
  readonly open: Open;
  /** Whether a window of the library's own spans all of the pages. */
  readonly fast: boolean;
}

function flat(start: number): Placement {
  return {
    name: `FlatRingMem at ${start / GIB} GiB`,
    pages: [0, 1, 2, 3].map((page) => start + page * 4096),
    open: (buffer) => new FlatRingMem(RING_BYTES, buffer, start),
    fast: true,
  };
}

function mapped(start: number): Placement {
  return {
    name: `SingleMappedRingMem at ${start / GIB} GiB`,
    pages: [0, 1, 2, 3].map((page) => start + page * 4096),
    open: (buffer) => new SingleMappedRingMem(new Uint8Array(buffer, start, 4096 + RING_BYTES)),
    fast: true,
  };
}

function paged(name: string, pages: readonly number[]): Placement {
  return {
    name: `PagedRingMem ${name}`,
    pages,
    open: (buffer) => new PagedRingMem(BufferPages.inBuffer(buffer, pages[0]!, pages.slice(1))),
    fast: Math.max(...pages) - Math.min(...pages) <= 4 * GIB - 8192,
  };
}

const ALL_PLACEMENTS: readonly Placement[] = [
  flat(2 * GIB - 8192),
  flat(2 * GIB + 8),
  flat(4 * GIB - 8192),
  flat(4 * GIB + 4096),
  flat(BIG_BYTES - 4096 - RING_BYTES),
  mapped(2 * GIB - 4096),
  mapped(4 * GIB - 8),
  mapped(4 * GIB + 16),
  paged('above 2 GiB', [3 * GIB, 2 * GIB + 4096, 2 * GIB + 65536, 3 * GIB + 8192]),
  paged('on both sides of 2 GiB', [0, 2 * GIB + 4096, 8192, 2 * GIB + 65536]),
  paged('above 4 GiB', [4 * GIB + 40960, 4 * GIB + 4096, 4 * GIB + 65536, 4 * GIB]),
  paged('on both sides of 4 GiB', [4096, 4 * GIB + 4096, 65536, 4 * GIB + 65536]),
  paged('as far apart as one window spans', [4096, 4 * GIB - 8192, 4 * GIB - 4096, 8192]),
  paged('as far apart as one window spans, control page on top', [4 * GIB - 8192, 0, 2 * GIB, 65536]),
  paged('a bit further apart', [4104, 4 * GIB - 16384, 4 * GIB - 8, 8 * 4096]),
  paged('around 4 GiB, control page on top', [4 * GIB + 65536, 4 * GIB - 2048, 4 * GIB - 12288, 4 * GIB + 8192]),
];

const PLACEMENTS = ALL_PLACEMENTS.filter(({ pages }) => Math.max(...pages) + 4096 <= BIG_BYTES);

it('there is a buffer for every placement that the engine can have', () => {
  assert.equal(PLACEMENTS.length, ENDS_AT_4_GIB ? 8 : ALL_PLACEMENTS.length);
  if (ENDS_AT_4_GIB) assert.throws(() => new ArrayBuffer(BIG_BYTES + 4096), RangeError);
});

function byteFor(seed: number, i: number): number {
  return (i * 31 + seed * 7 + (i >> 8)) & 0xff;
}

/** Writes and reads at offsets and lengths that take every way of copying, and looks at the buffer itself as well. */
function checkAccesses(memory: RingMem, pages: readonly Uint8Array[]): void {
  let seed = 0;
  for (const addr of [0, 8, 5, 4000, 4088, 4096, 8190, 12280, 12288, 19000]) {
    for (const length of [1, 8, 40, 255, 256, 264, 1000, 4096, 5000, 4568]) {
      seed++;
      const source = Uint8Array.from({ length: length + 3 }, (_, i) => byteFor(seed, i));
      memory.writeAt(addr, source.subarray(3));
      for (const i of [0, length >> 1, length - 1]) {
        const at = (addr + i) % RING_BYTES;
        assert.equal(pages[Math.floor(at / 4096)]![at % 4096], byteFor(seed, i + 3), `${length} at ${addr}: byte ${i}`);
      }
      const room = new Uint8Array(length + 16).fill(0xee);
      memory.readAt(addr, room.subarray(8, 8 + length));
      const expected = new Uint8Array(length + 16).fill(0xee);
      expected.set(source.subarray(3), 8);
      assert.equal(Buffer.compare(room, expected), 0, `read ${length} bytes at ${addr}`);
    }
  }
}

/** Sends packets of many sizes through a ring, several times round. */
function checkRing(memory: RingMem): void {
  const outgoing = new OutgoingRing(memory);
  const incoming = new IncomingRing(memory);
  const write = outgoing.outgoing();
  const read = incoming.incoming();
  for (let i = 0; i < 60; i++) {
    const payload = Uint8Array.from({ length: (i * 264) % 4200 }, (_, at) => byteFor(i, at));
    const range = outgoing.write(write, {
      transactionId: i,
      size: payload.length,
      typ: OutgoingPacketType.InBandWithCompletion,
    });
    assert.ok(!(range instanceof Full));
    if (i % 2 === 0) {
      range.writer(outgoing).write(payload);
    } else {
      const writer = range.writer(outgoing);
      writer.fill(0x5a, payload.length);
      payload.fill(0x5a);
    }
    outgoing.commitWrite(write);
    const packet = incoming.read(read);
    assert.ok(packet !== null);
    assert.equal(packet.transactionId, BigInt(i));
    assert.deepEqual(packet.payload.reader(incoming).readAll(), payload);
    const view = packet.payload.view(incoming);
    if (view !== null) assert.deepEqual(Uint8Array.from(view), payload);
    incoming.commitRead(read);
  }
}

const residentAtFirst = process.memoryUsage().rss;
const buffers = makeBuffers(BIG_BYTES);

after(() => {
  const taken = process.memoryUsage().rss - residentAtFirst;
  buffers.fill(null);
  assert.ok(taken < 2 ** 29, `touching a few pages took ${taken} bytes`);
});

for (const [i, sharing] of ['plain', 'shared'].entries()) {
  for (const { name, pages, open, fast } of PLACEMENTS) {
    describe(`${name}, ${sharing}`, () => {
      it(`takes the ${fast ? 'fast' : 'general'} path`, () => {
        assert.equal(windowOf(open(buffers[i]!)) !== null, fast);
      });

      it('reads and writes the bytes that it should', () => {
        const buffer = buffers[i]!;
        const views = pages.slice(1).map((at) => new Uint8Array(buffer, at, 4096));
        checkAccesses(open(buffer), views);
      });

      it('carries packets', () => {
        const buffer = buffers[i]!;
        for (const at of pages) new Uint8Array(buffer, at, 4096).fill(0);
        checkRing(open(buffer));
        for (const at of pages) new Uint8Array(buffer, at, 4096).fill(0);
      });
    });
  }
}

for (const [i, sharing] of ENDS_AT_4_GIB ? [] : ['plain', 'shared'].entries()) {
  it(`nothing is written 4 GiB below where it should be, ${sharing}`, () => {
    const buffer = buffers[i]!;
    const low = new Uint8Array(buffer, 8192, 1 << 20).fill(0);
    const memory = new PagedRingMem(BufferPages.inBuffer(buffer, 4 * GIB, [4 * GIB + 8192, 4096]));
    memory.writeAt(0, new Uint8Array(8192).fill(0xff));
    memory.writeAt(100, new Uint8Array(1001).fill(0xfe));
    assert.ok(low.every((byte) => byte === 0));
  });
}
