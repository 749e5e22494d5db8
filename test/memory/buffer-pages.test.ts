import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BufferPages, PagedRingMem } from '../../src/index.ts';
import { assertRingError } from '../support/assert-errors.ts';

describe('BufferPages', () => {
  it('has the pages in the order in which it was given them, twice in a row', () => {
    const buffer = new ArrayBuffer(5 * 4096);
    const pages = BufferPages.inBuffer(buffer, 8192, [16384, 8, 12288]);
    assert.equal(pages.dataPageCount(), 3);
    const offsets = [0, 1, 2, 3, 4, 5].map((page) => pages.data(page).byteOffset);
    assert.deepEqual(offsets, [16384, 8, 12288, 16384, 8, 12288]);
    assert.equal(pages.control().byteOffset, 8192);
    assert.equal(pages.window()?.length, 3 * 4096);
    assert.ok([pages.control(), pages.data(1)].every((page) => page.buffer === buffer && page.length === 4096));
  });

  it('takes pages in several buffers', () => {
    const [first, second] = [new ArrayBuffer(4096), new SharedArrayBuffer(8192)];
    const pages = new BufferPages({ buffer: second, byteOffset: 4096 }, [{ buffer: first, byteOffset: 0 }]);
    assert.equal(pages.control().buffer, second);
    assert.equal(pages.data(0).buffer, first);
    assert.equal(pages.window(), null);
  });

  it('keeps its own list of pages', () => {
    const buffer = new ArrayBuffer(5 * 4096);
    const offsets = [4096, 8192];
    const pages = BufferPages.inBuffer(buffer, 0, offsets);
    offsets.push(12288);
    offsets[0] = 16384;
    assert.equal(pages.dataPageCount(), 2);
    assert.equal(pages.data(0).byteOffset, 4096);
  });

  it('refuses pages that are not all in their buffer, at a multiple of 8', () => {
    const buffer = new ArrayBuffer(4 * 4096);
    for (const bad of [4, 1, -8, -4096, 12296, 16384, NaN, 0.5, 2 ** 53]) {
      assert.throws(() => BufferPages.inBuffer(buffer, bad, [0]), RangeError, `control page at ${bad}`);
      assert.throws(() => BufferPages.inBuffer(buffer, 0, [4096, bad]), RangeError, `data page at ${bad}`);
    }
  });

  it('refuses to be without data pages, or to have too many', () => {
    const buffer = new ArrayBuffer(8192);
    assertRingError('InvalidRingMemory', () => BufferPages.inBuffer(buffer, 0, []));
    const tooMany = new Array<number>(2 ** 18 + 1).fill(4096);
    assertRingError('RingTooLarge', () => BufferPages.inBuffer(buffer, 0, tooMany));
    assert.equal(BufferPages.inBuffer(buffer, 0, tooMany.slice(1)).dataPageCount(), 2 ** 18);
  });

  it('knows no page that is no number of a page', () => {
    const pages = BufferPages.inBuffer(new ArrayBuffer(12288), 0, [4096, 8192]);
    for (const bad of [-1, 0.5, NaN]) assert.throws(() => pages.data(bad), RangeError);
  });
});

describe('PagedRingMem', () => {
  it('asks pages of a user for each access', () => {
    const buffer = new ArrayBuffer(4 * 4096);
    let offset = 4096;
    const memory = new PagedRingMem({
      control: () => new Uint8Array(buffer, 0, 4096),
      dataPageCount: () => 1,
      data: () => new Uint8Array(buffer, offset, 4096),
    });
    assert.equal(memory.length, 4096);
    memory.writeAt(10, Uint8Array.of(1));
    offset = 8192;
    memory.writeAt(10, Uint8Array.of(2));
    assert.equal(new Uint8Array(buffer)[4106], 1);
    assert.equal(new Uint8Array(buffer)[8202], 2);
  });

  it('asks a subclass of BufferPages as it asks pages of a user', () => {
    class MovedPages extends BufferPages {
      override data(page: number): Uint8Array {
        return super.data(page + 1);
      }
    }
    const buffer = new ArrayBuffer(3 * 4096);
    const pages = new MovedPages({ buffer, byteOffset: 0 }, [
      { buffer, byteOffset: 4096 },
      { buffer, byteOffset: 8192 },
    ]);
    const memory = new PagedRingMem(pages);
    memory.writeAt(0, Uint8Array.of(7));
    assert.equal(new Uint8Array(buffer)[8192], 7);
    assert.equal(new Uint8Array(buffer)[4096], 0);
  });

  it('refuses to be without data pages, or to have too many', () => {
    const page = new Uint8Array(4096);
    const withPages = (count: number): PagedRingMem =>
      new PagedRingMem({ control: () => page, dataPageCount: () => count, data: () => page });
    for (const count of [0, -1, 0.5, NaN]) assertRingError('InvalidRingMemory', () => withPages(count), String(count));
    for (const count of [2 ** 18 + 1, 2 ** 32]) assertRingError('RingTooLarge', () => withPages(count), String(count));
    assert.equal(withPages(2 ** 18).length, 2 ** 30);
  });

  it('refuses pages of another size, when it sees them', () => {
    const page = new Uint8Array(4096);
    for (const size of [0, 4095, 4097]) {
      const badData = new PagedRingMem({
        control: () => page,
        dataPageCount: () => 1,
        data: () => new Uint8Array(size),
      });
      assertRingError('InvalidRingMemory', () => badData.readAt(0, new Uint8Array(1)), `data page of ${size}`);
      assertRingError('InvalidRingMemory', () => badData.writeAt(0, new Uint8Array(1)), `data page of ${size}`);
      const badControl = new PagedRingMem({
        control: () => new Uint8Array(size),
        dataPageCount: () => 1,
        data: () => page,
      });
      assertRingError('InvalidRingMemory', () => badControl.control(), `control page of ${size}`);
    }
  });
});
