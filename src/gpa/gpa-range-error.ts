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
  /** Offset and length together exceed 32 bits. */
  Overflow: 'integer overflow',
} as const;

/** The name of one kind of {@link GpaRangeError}: the variants of the crate's `gparange::Error`. */
export type GpaRangeErrorCode = keyof typeof GPA_RANGE_ERRORS;

/** A list of GPA ranges that does not validate. `code` is the name that OpenVMM's `gparange::Error` has for it. */
export class GpaRangeError extends Error {
  override readonly name = 'GpaRangeError';
  readonly code: GpaRangeErrorCode;

  constructor(code: GpaRangeErrorCode, detail = '') {
    super(detail === '' ? GPA_RANGE_ERRORS[code] : `${GPA_RANGE_ERRORS[code]}: ${detail}`);
    this.code = code;
  }
}
