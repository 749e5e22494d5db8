import type { Input } from './input.ts';

/*
 * Large bytes, most of them zeros, in few: pieces of
 *
 *    0  place, units of 8
 *    2  length, units of 8
 *    8  bytes
 */
const PIECE_HEADER_BYTES = 8;

/** Bytes of the longest piece that is made of a seed. */
const PIECE_BYTES = 256;

/** `length` bytes, with the pieces of `input` in them. */
export function sparseBytes(input: Input, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  while (input.left > 0) {
    const at = input.u16() * 8;
    const count = input.u8() * 8;
    input.bytes(PIECE_HEADER_BYTES - 3);
    if (at < length) bytes.set(input.bytes(Math.min(count, length - at)), at);
  }
  return bytes;
}

/** The same the other way round, as far as `maximumBytes` go. */
export function toSparse(bytes: Uint8Array, maximumBytes: number): number[] {
  const sparse: number[] = [];
  const isZero = (at: number): boolean => bytes.subarray(at, at + 8).every((byte) => byte === 0);
  for (let at = 0; at < bytes.length && sparse.length < maximumBytes;) {
    let end = at;
    while (end < bytes.length && end - at < PIECE_BYTES && !isZero(end)) end += 8;
    if (end > at) {
      const place = at / 8;
      sparse.push(place & 0xff, place >> 8, (end - at) / 8, 0, 0, 0, 0, 0, ...bytes.subarray(at, end));
    }
    at = Math.max(end, at + 8);
  }
  return sparse;
}
