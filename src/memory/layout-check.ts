import { MAXIMUM_RING_SIZE, PAGE_SIZE } from '../wire/page.ts';
import { checkBuffer } from './byte-arrays.ts';
import { VmbusRingError } from '../wire/ring-error.ts';
import { isUnsigned } from '../wire/unsigned.ts';

/** Throws unless a ring can have `length` bytes of data. */
export function checkRingLength(length: number): void {
  if (!isUnsigned(length) || length === 0 || length % PAGE_SIZE !== 0) {
    const detail = `${length} bytes of data are not in whole pages of ${PAGE_SIZE}`;
    throw new VmbusRingError('InvalidRingMemory', null, detail);
  }
  if (length > MAXIMUM_RING_SIZE) {
    throw new VmbusRingError('RingTooLarge', null, `${length} bytes of data`);
  }
}

/** Throws a RangeError unless `length` bytes at ring offset `offset` are within a ring of `size`, mapped twice in a row. */
export function checkWithinRing(size: number, offset: number, length: number): void {
  // Both are below 2^31 where they are right. This is on the way of every payload.
  if (offset >>> 0 !== offset || length >>> 0 !== length || offset + length > 2 * size) {
    throw new RangeError(`${length} bytes at ${offset} are outside a ring of ${size} bytes`);
  }
}

/** Throws a RangeError unless `value` is a multiple of 8. `name` is what the error calls it. */
export function checkAligned(name: string, value: number): void {
  if (!isUnsigned(value) || value % 8 !== 0) throw new RangeError(`${name} must be a multiple of 8, got ${value}`);
}

/** Throws a TypeError or RangeError unless `length` bytes from `byteOffset` on lie in `buffer`, at a multiple of 8. */
export function checkPlacement(buffer: ArrayBufferLike, byteOffset: number, length: number): void {
  checkBuffer(buffer);
  checkAligned('byteOffset', byteOffset);
  if (length > buffer.byteLength - byteOffset) {
    throw new RangeError(`${length} bytes at ${byteOffset} do not fit in a buffer of ${buffer.byteLength}`);
  }
}
