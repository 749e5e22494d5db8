/*
 * Copies word by word. The same code for 64 bits, for 32 and for 8: code that has seen several kinds of array is three times slower.
 * `| 0` spares the engine a check for overflow at each step. Unrolling them gained nothing up to the lengths that they are used for.
 */

/** `count` 64-bit words of `source`, from word `from` on, to `target`, from word `at` on. */
export function copyWide(
  target: BigUint64Array,
  at: number,
  source: BigUint64Array,
  from: number,
  count: number,
): void {
  for (let i = 0; i < count; i = (i + 1) | 0) target[at + i] = source[from + i]!;
}

/** The same for 32-bit words. */
export function copyWords(target: Int32Array, at: number, source: Int32Array, from: number, count: number): void {
  for (let i = 0; i < count; i = (i + 1) | 0) target[at + i] = source[from + i]!;
}

/** The same for bytes: the few behind the last whole word. */
export function copyBytes(target: Uint8Array, at: number, source: Uint8Array, from: number, count: number): void {
  for (let i = 0; i < count; i = (i + 1) | 0) target[at + i] = source[from + i]!;
}
