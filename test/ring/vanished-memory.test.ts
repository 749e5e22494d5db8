import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  BufferPages,
  FlatRingMem,
  type PagedMemory,
  PagedRingMem,
  type RingMem,
  SingleMappedRingMem,
} from '../../src/index.ts';
import { windowOf } from '../../src/memory/window-of.ts';
import { assertRingError } from '../support/assert-errors.ts';
import {
  detachByClone,
  detachByTransfer,
  growableBuffer,
  resizableBuffer,
  type ResizableBuffer,
  wasmMemory,
} from '../support/vanishing-buffers.ts';
import { BusyRing } from './public-operations.ts';

const RING_BYTES = 2 * 4096;

/** Room for the ring, and some more behind it. */
const BUFFER_BYTES = 4096 + RING_BYTES + 64;

interface Arrangement {
  readonly name: string;
  readonly bufferCount: number;
  readonly open: (buffers: readonly ArrayBufferLike[]) => RingMem;
}

/** Pages that were looked at once and are the same views for ever: what a user would do. */
function fixedPages(buffer: ArrayBufferLike): PagedMemory {
  const pages = [8192, 0, 4096].map((at) => new Uint8Array(buffer, at, 4096));
  return { control: () => pages[0]!, dataPageCount: () => 2, data: (page) => pages[1 + (page % 2)]! };
}

const ARRANGEMENTS: readonly Arrangement[] = [
  { name: 'FlatRingMem', bufferCount: 1, open: ([buffer]) => new FlatRingMem(RING_BYTES, buffer) },
  {
    name: 'SingleMappedRingMem',
    bufferCount: 1,
    open: ([buffer]) => new SingleMappedRingMem(new Uint8Array(buffer!, 0, 4096 + RING_BYTES)),
  },
  {
    name: 'PagedRingMem',
    bufferCount: 1,
    open: ([buffer]) => new PagedRingMem(BufferPages.inBuffer(buffer!, 8192, [0, 4096])),
  },
  {
    name: 'PagedRingMem over several buffers',
    bufferCount: 3,
    open: (buffers) => {
      const [control, ...data] = buffers.map((buffer) => ({ buffer, byteOffset: 4096 }));
      return new PagedRingMem(new BufferPages(control!, data));
    },
  },
  {
    name: 'PagedRingMem over a user PagedMemory',
    bufferCount: 1,
    open: ([buffer]) => new PagedRingMem(fixedPages(buffer!)),
  },
];

const WAYS: readonly { readonly name: string; readonly vanish: (buffer: ResizableBuffer) => void }[] = [
  { name: 'posted to another thread', vanish: detachByClone },
  { name: 'transferred', vanish: detachByTransfer },
  { name: 'cut to nothing', vanish: (buffer) => buffer.resize(0) },
  { name: 'cut in the middle', vanish: (buffer) => buffer.resize(4096 + 64) },
];

function makeBuffers(arrangement: Arrangement): ResizableBuffer[] {
  return Array.from({ length: arrangement.bufferCount }, () => resizableBuffer(BUFFER_BYTES, 4 * BUFFER_BYTES));
}

for (const arrangement of ARRANGEMENTS) {
  for (const way of WAYS) {
    // A user's pages are asked for one by one: those before the cut are still there.
    if (arrangement.name.includes('user') && way.name.includes('middle')) continue;
    describe(`${arrangement.name}, its buffer ${way.name}`, () => {
      const names = new BusyRing(arrangement.open(makeBuffers(arrangement))).operations();
      for (const [i, { name, windowOnly }] of names.entries()) {
        it(`${name} throws the typed error`, () => {
          const buffers = makeBuffers(arrangement);
          const ring = new BusyRing(arrangement.open(buffers));
          const operation = ring.operations()[i]!;
          if (windowOnly === true && windowOf(ring.memory) === null) return;
          for (const buffer of buffers) way.vanish(buffer);
          for (let again = 0; again < 2; again++) assertRingError('InvalidRingMemory', operation.run, name);
        });
      }
    });
  }

  describe(`${arrangement.name}, its buffer grown`, () => {
    it('is as good as before', () => {
      const buffers = makeBuffers(arrangement);
      const ring = new BusyRing(arrangement.open(buffers));
      for (const buffer of buffers) buffer.resize(3 * BUFFER_BYTES);
      for (const { run } of ring.operations()) run();
    });
  });
}

describe('a buffer cut by the last byte of the ring, in one piece', () => {
  for (const arrangement of ARRANGEMENTS.slice(0, 3)) {
    it(`lets nothing be published: ${arrangement.name}`, () => {
      const buffers = makeBuffers(arrangement);
      const ring = new BusyRing(arrangement.open(buffers));
      const before = ring.outgoing.inspect();
      buffers[0]!.resize(4096 + RING_BYTES - 1);
      for (const { run, name } of ring.operations()) assertRingError('InvalidRingMemory', run, name);
      buffers[0]!.resize(BUFFER_BYTES);
      assert.deepEqual(ring.outgoing.inspect(), before);
    });
  }
});

describe('WebAssembly memory', () => {
  for (const arrangement of ARRANGEMENTS.slice(0, 3)) {
    it(`is gone when it was not shared and grows: ${arrangement.name}`, () => {
      const memory = wasmMemory({ initial: 1, maximum: 4 });
      const ring = new BusyRing(arrangement.open([memory.buffer]));
      memory.grow(1);
      for (const { run, name } of ring.operations()) assertRingError('InvalidRingMemory', run, name);
    });

    it(`stays when it is shared: ${arrangement.name}`, () => {
      const memory = wasmMemory({ initial: 1, maximum: 4, shared: true });
      assert.ok(memory.buffer instanceof SharedArrayBuffer);
      const ring = new BusyRing(arrangement.open([memory.buffer]));
      memory.grow(1);
      for (const { run } of ring.operations()) run();
    });
  }
});

describe('a growable SharedArrayBuffer', () => {
  for (const arrangement of ARRANGEMENTS.slice(0, 3)) {
    it(`may grow under the ring: ${arrangement.name}`, () => {
      const buffer = growableBuffer(BUFFER_BYTES, 4 * BUFFER_BYTES);
      const ring = new BusyRing(arrangement.open([buffer]));
      buffer.grow(4 * BUFFER_BYTES);
      for (const { run } of ring.operations()) run();
    });
  }
});
