import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BufferPages, FlatRingMem, PagedRingMem, type RingMem, SingleMappedRingMem } from '../../src/index.ts';
import { checkByte } from '../../src/memory/memory-access.ts';
import { checkWords } from '../../src/memory/byte-arrays.ts';

/** What is done, and what the error says that comes of it. */
const MESSAGES: readonly (readonly [string, () => unknown])[] = [
  [
    'expected ArrayBuffer or SharedArrayBuffer, got Uint8Array',
    () => new FlatRingMem(4096, new Uint8Array(1) as never),
  ],
  ['expected Uint8Array, got Array', () => new FlatRingMem(4096).readAt(0, [] as never)],
  ['words has 1 words', () => checkWords('words', new Int32Array(1), 2)],
  ['expected Int32Array, got Uint32Array', () => checkWords('words', new Uint32Array(1) as never, 1)],
  ['there is no page NaN', () => pages().data(NaN)],
  ['value must be an integer from 0 to 255, got 256', () => checkByte(256)],
  ['invalid ring memory: 4097 bytes of data are not in whole pages of 4096', () => new FlatRingMem(4097)],
  ['invalid ring memory: 0 bytes of data are not in whole pages of 4096', () => new FlatRingMem(0)],
  ['ring buffer too large: 1073745920 bytes of data', () => new FlatRingMem(2 ** 30 + 4096, new ArrayBuffer(8192))],
  ['8 bytes at 8185 are outside a ring of 4096 bytes', () => new FlatRingMem(4096).readAt(8185, new Uint8Array(8))],
  ['byteOffset must be a multiple of 8, got 4', () => BufferPages.inBuffer(new ArrayBuffer(16384), 4, [4096])],
  ['4096 bytes at 16 do not fit in a buffer of 4096', () => BufferPages.inBuffer(new ArrayBuffer(4096), 0, [16])],
  ['invalid ring memory: a page has 4096 bytes, got 4095', () => shortPages().readAt(0, new Uint8Array(1))],
];

function pages(): BufferPages {
  return BufferPages.inBuffer(new ArrayBuffer(8192), 0, [4096]);
}

function shortPages(): RingMem {
  const page = (): Uint8Array => new Uint8Array(4095);
  return new PagedRingMem({ control: () => new Uint8Array(4096), dataPageCount: () => 1, data: page });
}

for (const [message, run] of MESSAGES) {
  test(`an error says: ${message}`, () => {
    assert.throws(run, { message });
  });
}

test('memory that is gone is an error that says so, and what the engine said', () => {
  const buffer = new ArrayBuffer(8192);
  const memory = new FlatRingMem(4096, buffer);
  const single = new SingleMappedRingMem(new Uint8Array(8192));
  assert.equal(single.length, 4096);
  const gone = BufferPages.inBuffer(buffer, 0, [4096]);
  buffer.transfer();
  for (const run of [() => gone.data(0), () => gone.control(), () => gone.window()]) {
    assert.throws(run, (error) => {
      assert.ok(error instanceof Error);
      assert.equal(error.message, 'invalid ring memory: the buffer was detached or resized');
      assert.ok(error.cause instanceof TypeError);
      return true;
    });
  }
  assert.throws(() => memory.readAt(0, new Uint8Array(1)), { code: 'InvalidRingMemory' });
});
