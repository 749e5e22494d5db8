import { PAGE_SIZE } from '../wire/page.ts';
import { GpaRangeError } from './gpa-range-error.ts';
import { GpaRange } from './gpa-range.ts';
import { MAXIMUM_RANGE_END, pageCount } from './page-count.ts';
import { PagedRange } from './paged-range.ts';
import { checkUnsigned } from '../wire/unsigned.ts';

/** What a list begins with: none is made for those that get a buffer of their own at once. */
const NO_WORDS = new BigUint64Array(0);

/** Validates the range that begins at `buf[at]`. Returns the index behind it. */
function validateGpaRange(buf: BigUint64Array, at: number, end: number): number {
  if (at >= end) throw new GpaRangeError('EmptyRange', `no header at word ${at} of ${end}`);
  const { len, offset } = GpaRange.fromU64(buf[at]!);
  if (len === 0) throw new GpaRangeError('EmptyByteCount');
  if (offset >= PAGE_SIZE) throw new GpaRangeError('OffsetTooLarge', `${offset} is not below ${PAGE_SIZE}`);
  if (len + offset > MAXIMUM_RANGE_END) throw new GpaRangeError('Overflow', `${len} bytes at ${offset}`);
  const pages = pageCount(offset, len);
  const left = end - at - 1;
  if (left < pages) throw new GpaRangeError('RangeTooSmall', `${pages} pages touched, ${left} listed`);
  return at + 1 + pages;
}

/**
 * Checks that `buf` begins with `count` valid ranges, and returns how many of its words they take. Throws a
 * {@link GpaRangeError} else. A `count` of any size ends at the end of `buf`.
 *
 * Source: OpenVMM `vmbus_ring::gparange::validate_gpa_ranges`.
 *
 * @example
 * ```ts
 * import { validateGpaRanges } from 'vmbus-ring';
 *
 * // 4096 bytes from offset 16 of page 7 on: two pages. Behind them a word that is not part of the list.
 * const words = BigUint64Array.of(0x0000_0010_0000_1000n, 7n, 3n, 0n);
 * validateGpaRanges(1, words); // 3
 * ```
 */
export function validateGpaRanges(count: number, buf: BigUint64Array): number {
  checkUnsigned('count', count);
  let at = 0;
  for (let i = 0; i < count; i++) at = validateGpaRange(buf, at, buf.length);
  return at;
}

/**
 * A list of GPA ranges that is valid at all times, in the form that it has on the wire: one 64-bit word of header a range
 * (see {@link GpaRange}), then its page numbers.
 *
 * Ranges that it hands out share its buffer, and stay as they are when it grows, but not when it is cleared and filled
 * anew. Source: OpenVMM `vmbus_ring::gparange::MultiPagedRangeBuf`.
 *
 * @example
 * ```ts
 * import { MultiPagedRangeBuf, PagedRange } from 'vmbus-ring';
 *
 * const list = MultiPagedRangeBuf.from([PagedRange.of(0x100, 0x1000, [5n, 9n])]);
 * [...list.rangeBuffer()]; // [0x100_0000_1000n, 5n, 9n]
 * for (const range of list) range.length; // 4096
 * ```
 */
export class MultiPagedRangeBuf {
  #buf: BigUint64Array = NO_WORDS;
  /** Words of `#buf` that belong to the list. */
  #valid = 0;
  #count = 0;

  /**
   * The first `count` ranges of `buf`, which is copied: it may lie in memory that a peer can write. Throws a
   * {@link GpaRangeError} if they are not valid.
   */
  static fromRangeBuffer(count: number, buf: BigUint64Array): MultiPagedRangeBuf {
    return MultiPagedRangeBuf.adopt(count, BigUint64Array.from(buf));
  }

  /** As `fromRangeBuffer`, without the copy: `buf` is the list's own from now on. @internal */
  static adopt(count: number, buf: BigUint64Array): MultiPagedRangeBuf {
    const list = new MultiPagedRangeBuf();
    list.#valid = validateGpaRanges(count, buf);
    list.#buf = buf;
    list.#count = count;
    return list;
  }

  /** A list of these ranges. Throws as `pushRange` does. */
  static from(ranges: Iterable<PagedRange>): MultiPagedRangeBuf {
    const list = new MultiPagedRangeBuf();
    for (const range of ranges) list.pushRange(range);
    return list;
  }

  /** The ranges, first to last. */
  *iter(): Generator<PagedRange, void, undefined> {
    for (let at = 0, i = 0; i < this.#count; i++) {
      const { len, offset } = GpaRange.fromU64(this.#buf[at]!);
      const end = at + 1 + pageCount(offset, len);
      yield PagedRange.of(offset, len, this.#buf.subarray(at + 1, end));
      at = end;
    }
  }

  /** The same as `iter`, for `for ... of`. */
  [Symbol.iterator](): Generator<PagedRange, void, undefined> {
    return this.iter();
  }

  /** The number of ranges. */
  rangeCount(): number {
    return this.#count;
  }

  /** The first range, or `null` in an empty list. */
  first(): PagedRange | null {
    return this.iter().next().value ?? null;
  }

  /** The one range of this list, if it has exactly one that begins and ends at page boundaries; else `null`. */
  contiguousAligned(): PagedRange | null {
    const first = this.#count === 1 ? this.first() : null;
    return first !== null && first.offset() === 0 && first.length % PAGE_SIZE === 0 ? first : null;
  }

  /** The list in its form on the wire: a view, not a copy. */
  rangeBuffer(): BigUint64Array {
    return this.#buf.subarray(0, this.#valid);
  }

  /** Removes all ranges. */
  clear(): void {
    this.#valid = 0;
    this.#count = 0;
  }

  /** An independent list with the same ranges. */
  clone(): MultiPagedRangeBuf {
    return MultiPagedRangeBuf.fromRangeBuffer(this.#count, this.rangeBuffer());
  }

  /**
   * Appends a range. Throws a {@link GpaRangeError} if it could not be read back: `EmptyByteCount` for an empty range,
   * `Overflow` where length and offset exceed 2^32 - 4096. (The crate appends those.)
   */
  pushRange(range: PagedRange): void {
    const offset = range.offset();
    if (range.isEmpty) throw new GpaRangeError('EmptyByteCount');
    if (range.length + offset > MAXIMUM_RANGE_END)
      throw new GpaRangeError('Overflow', `${range.length} bytes at ${offset}`);
    const gpns = range.gpns();
    if (gpns.length !== pageCount(offset, range.length)) throw new GpaRangeError('RangeTooSmall');
    this.#ensureSpace(1 + gpns.length);
    this.#buf[this.#valid] = new GpaRange(range.length, offset).toU64();
    this.#buf.set(gpns, this.#valid + 1);
    this.#valid += 1 + gpns.length;
    this.#count++;
  }

  /**
   * Appends `count` ranges that `fill` writes into the `len` words that it is given. They are validated then. If `fill`
   * throws, or what it wrote is not valid (a {@link GpaRangeError}), the list is as it was.
   */
  tryExtendWith(len: number, count: number, fill: (buf: BigUint64Array) => void): void {
    checkUnsigned('len', len);
    // Into an array of its own: what `fill` does to the list meanwhile, or to the array later, does no harm.
    const buf = new BigUint64Array(len);
    fill(buf);
    const valid = validateGpaRanges(count, buf);
    this.#ensureSpace(valid);
    this.#buf.set(buf.subarray(0, valid), this.#valid);
    this.#valid += valid;
    this.#count += count;
  }

  /** Grows by half at least. The old buffer stays with the ranges that were handed out. */
  #ensureSpace(additional: number): void {
    const required = this.#valid + additional;
    if (required <= this.#buf.length) return;
    const grown = new BigUint64Array(Math.max(required, Math.ceil(this.#buf.length * 1.5)));
    grown.set(this.#buf.subarray(0, this.#valid));
    this.#buf = grown;
  }
}
