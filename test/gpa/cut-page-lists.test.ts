import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  FlatRingMem,
  GuestMemory,
  MultiPagedRangeBuf,
  OutgoingPacketType,
  OutgoingRing,
  PagedRange,
  validateGpaRanges,
} from '../../src/index.ts';
import { resizableBuffer } from '../support/vanishing-buffers.ts';

/** Eight pages, of whose numbers only the first is left. */
function cutRange(): PagedRange {
  const buffer = resizableBuffer(64, 64);
  const range = PagedRange.of(0, 8 * 4096, new BigUint64Array(buffer));
  buffer.resize(8);
  return range;
}

describe('page numbers in a buffer that was cut', () => {
  it('are not sent', () => {
    const ring = new OutgoingRing(new FlatRingMem(4096));
    const packet = { transactionId: 0, size: 0, typ: OutgoingPacketType.GpaDirect([cutRange()]) };
    assert.throws(() => ring.write(ring.outgoing(), packet), RangeError);
  });

  it('are not taken into a list', () => {
    const list = new MultiPagedRangeBuf();
    assert.throws(() => list.pushRange(cutRange()), { name: 'GpaRangeError', code: 'RangeTooSmall' });
    assert.equal(list.rangeCount(), 0);
  });
});

describe('a list that is extended', () => {
  const words = BigUint64Array.of(4096n, 9n);
  const gpnsOf = (list: MultiPagedRangeBuf): bigint[][] => Array.from(list, (range) => [...range.gpns()]);

  it('stays valid when it is changed meanwhile', () => {
    const list = MultiPagedRangeBuf.from([PagedRange.of(0, 4096, [7n])]);
    list.tryExtendWith(2, 1, (buf) => {
      list.pushRange(PagedRange.of(0, 4096, [8n]));
      buf.set(words);
    });
    assert.deepEqual(gpnsOf(list), [[7n], [8n], [9n]]);
    list.tryExtendWith(2, 1, (buf) => {
      list.clear();
      buf.set(words);
    });
    assert.deepEqual(gpnsOf(list), [[9n]]);
    assert.equal(validateGpaRanges(list.rangeCount(), list.rangeBuffer()), 2);
  });

  it('stays valid when what it was given is changed later', () => {
    const list = new MultiPagedRangeBuf();
    let kept: BigUint64Array = words;
    list.tryExtendWith(2, 1, (buf) => {
      buf.set(words);
      kept = buf;
    });
    kept.fill(0n);
    assert.deepEqual(gpnsOf(list), [[9n]]);
  });
});

describe('page numbers', () => {
  it('are unsigned 64-bit integers', () => {
    assert.deepEqual([...PagedRange.of(0, 1, [2n ** 64n - 1n]).gpns()], [2n ** 64n - 1n]);
    for (const bad of [-1n, 2n ** 64n]) assert.throws(() => PagedRange.of(0, 1, [bad]), RangeError);
    const pages = [1n] as unknown as BigUint64Array;
    assert.throws(() => PagedRange.new(0, 1, pages), TypeError);
  });
});

describe('GuestMemory.checkRange', () => {
  it('finds what an access would find, and touches nothing', () => {
    const buffer = new ArrayBuffer(8192);
    const memory = GuestMemory.of(buffer);
    memory.checkRange(PagedRange.of(4095, 4097, [0n, 1n]));
    for (const page of [2n, 1n << 51n]) {
      assert.throws(() => memory.checkRange(PagedRange.of(0, 1, [page])), { code: 'OutOfRange' });
    }
    assert.throws(() => memory.checkRange(PagedRange.of(0, 1, [1n << 52n])), { code: 'InvalidGpn' });
    assert.ok(new Uint8Array(buffer).every((byte) => byte === 0));
  });

  it('comes before the allocation of what a hostile range names', () => {
    const range = PagedRange.of(0, 2 ** 34, new BigUint64Array(2 ** 22));
    const reader = range.reader(GuestMemory.of(new ArrayBuffer(4095)));
    assert.throws(() => reader.readAll(), { name: 'GuestMemoryError', code: 'OutOfRange' });
  });
});
