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

/**
 * Bytes that the reader may read: 0 to `size - 8`. All three are bytes, the pointers valid ones of a ring of `size`.
 *
 * @example
 * ```ts
 * import { ringAvailable } from 'vmbus-ring';
 *
 * ringAvailable(4096, 0x40, 0x20); // 32
 * ringAvailable(4096, 0x20, 0xfe0); // 64: up to the end, and on from the start
 * ringAvailable(4096, 0x20, 0x20); // 0
 * ```
 */
export function ringAvailable(size: number, inPointer: number, outPointer: number): number {
  return inPointer >= outPointer ? inPointer - outPointer : size - (outPointer - inPointer);
}

/**
 * Bytes that the writer may write: 0 to `size - 8`. All three are bytes, the pointers valid ones of a ring of `size`.
 *
 * @example
 * ```ts
 * import { ringFree } from 'vmbus-ring';
 *
 * ringFree(4096, 0x20, 0x20); // 4088: all but the 8 bytes that are never filled
 * ringFree(4096, 0x20, 0x40); // 24
 * ```
 */
export function ringFree(size: number, inPointer: number, outPointer: number): number {
  return outPointer > inPointer ? outPointer - inPointer - 8 : size - (inPointer - outPointer) - 8;
}

/**
 * What a pending send size asks for: its low bits are dropped, because some writers ask for the size of the ring less 1 and
 * mean 'when it is empty', which at most the size less 8 bytes ever are.
 */
export function effectivePendingSendSize(pendingSendSize: number): number {
  return (pendingSendSize & ~7) >>> 0;
}

/** `pointer` moved on by `bytes`, at most the size of the ring. */
export function ringAdvance(size: number, pointer: number, bytes: number): number {
  const next = pointer + bytes;
  return next >= size ? next - size : next;
}

/** `pointer` moved back by `bytes`, at most the size of the ring. */
export function ringRetreat(size: number, pointer: number, bytes: number): number {
  return pointer >= bytes ? pointer - bytes : pointer + size - bytes;
}
