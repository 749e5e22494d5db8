/**
 * Arithmetic on ring offsets: bytes from the start of the data, multiples of 8 below the ring's size once validated.
 *
 * ```text
 *   out <= in                        in < out
 *   |____out####in_____|             |####in____out#####|        # available to the reader
 * ```
 *
 * `in === out` means empty. The last 8 bytes are never filled, or a full ring would look like an empty one.
 */

/** Whether `pointer` can be an `in` or `out` of a ring of `size` bytes. */
export function isRingPointer(size: number, pointer: number): boolean {
  return pointer < size && (pointer & 7) === 0;
}

/** Bytes that the reader may read. */
export function ringAvailable(size: number, inPointer: number, outPointer: number): number {
  return inPointer >= outPointer ? inPointer - outPointer : size - (outPointer - inPointer);
}

/** Bytes that the writer may write. */
export function ringFree(size: number, inPointer: number, outPointer: number): number {
  return outPointer > inPointer ? outPointer - inPointer - 8 : size - (inPointer - outPointer) - 8;
}

/** `pointer` moved on by `bytes`, at most the size of the ring. */
export function ringAdvance(size: number, pointer: number, bytes: number): number {
  const next = pointer + bytes;
  return next >= size ? next - size : next;
}
