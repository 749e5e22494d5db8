/** What can be wrong with a list of GPA ranges, in the crate's names. */
export const GPA_RANGE_ERRORS = {
  /** The list ends before the number of ranges that it is said to have. */
  EmptyRange: 'empty range',
  /** A range of 0 bytes. */
  EmptyByteCount: 'empty byte count',
  /** Fewer page numbers than the range touches pages. */
  RangeTooSmall: 'range too small',
  /** The offset into the first page is not below 4096. */
  OffsetTooLarge: 'byte offset too large',
  /** Offset and length together exceed 2^32 - 4096. */
  Overflow: 'integer overflow',
} as const;

/** The name of one kind of {@link GpaRangeError}: the variants of the crate's `gparange::Error`. */
export type GpaRangeErrorCode = keyof typeof GPA_RANGE_ERRORS;

/**
 * A list of GPA ranges that does not validate. `code` is the name that OpenVMM's `gparange::Error` has for it.
 *
 * @example
 * ```ts
 * import { GpaRangeError, validateGpaRanges } from 'vmbus-ring';
 *
 * try {
 *   validateGpaRanges(1, BigUint64Array.of(8192n, 5n)); // 8192 bytes, and one page number
 * } catch (error) {
 *   if (!(error instanceof GpaRangeError)) throw error;
 *   error.code; // 'RangeTooSmall'
 * }
 * ```
 */
export class GpaRangeError extends Error {
  /** Always this: what `error.name` is. */
  override readonly name = 'GpaRangeError';
  /** What is wrong: a key of {@link GPA_RANGE_ERRORS}. */
  readonly code: GpaRangeErrorCode;

  /** The message says what `code` means, then `detail`, if any. */
  constructor(code: GpaRangeErrorCode, detail = '') {
    super(detail === '' ? GPA_RANGE_ERRORS[code] : `${GPA_RANGE_ERRORS[code]}: ${detail}`);
    this.code = code;
  }
}
