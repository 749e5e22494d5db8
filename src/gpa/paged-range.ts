import { PAGE_SIZE } from '../wire/page.ts';
import { GuestMemoryError } from './guest-memory-error.ts';
import type { GuestMemory } from './guest-memory.ts';
import { PagedRangeReader } from './paged-range-reader.ts';
import { PagedRangeWriter } from './paged-range-writer.ts';
import { isUnsigned } from '../wire/unsigned.ts';

/** Contiguous guest physical addresses: bytes from `start` to `end`, `end` left out. */
export interface AddressRange {
  /** Address of the first byte. */
  readonly start: bigint;
  /** Address behind the last byte, at most 2^64. */
  readonly end: bigint;
}

const NO_PAGES = new BigUint64Array(0);
const NO_WORDS = new Int32Array(0);

/**
 * One run of bytes that is spread over guest pages: a list of guest page numbers, an offset into it and a length. Only
 * its first and last page can be covered in part.
 *
 * ```text
 *   gpns:   [ 0x11 ]   [ 0x22 ]   [ 0x33 ]
 *           ....#####  #########  ####.....
 *               |offset               |offset + length
 * ```
 *
 * Offsets and lengths are in bytes. The page numbers are not copied: what changes them changes the range.
 * What the crate panics on is a `RangeError` here.
 *
 * Source: OpenVMM `guestmem::ranges::PagedRange`.
 *
 * @example
 * ```ts
 * import { PagedRange } from 'vmbus-ring';
 *
 * const range = PagedRange.of(0x123, 0x2012, [0x11n, 0x12n, 0x33n]);
 * [...range.ranges()]; // 0x11123..0x13000 in one piece, then 0x33000..0x33135
 * const [head, tail] = range.split(0x1000);
 * ```
 */
export class PagedRange {
  /** The page size of guest page numbers: always 4096. */
  static readonly PAGE_SIZE: number = PAGE_SIZE;

  /** Of the first byte, from the start of the page list. */
  #start: number;
  #end: number;
  readonly #gpns: BigUint64Array;

  /** What `gpnWords` returned last, and from which page on. */
  #words: Int32Array = NO_WORDS;
  #wordsFrom = -1;

  private constructor(start: number, end: number, gpns: BigUint64Array) {
    this.#start = start;
    this.#end = end;
    this.#gpns = gpns;
  }

  /**
   * `length` bytes from `offset` on in the pages `gpns`, or `null` if they are not all in there. (The crate's `new`; a
   * constructor cannot say no.)
   */
  static new(offset: number, length: number, gpns: BigUint64Array): PagedRange | null {
    if (!isPageList(gpns)) throw new TypeError('page numbers come in a BigUint64Array');
    if (!isUnsigned(offset) || !isUnsigned(length) || offset + length > gpns.length * PAGE_SIZE) return null;
    return new PagedRange(offset, offset + length, gpns);
  }

  /** As `new`, for page numbers in an ordinary array, and with a `RangeError` instead of `null`. */
  static of(offset: number, length: number, gpns: BigUint64Array | readonly bigint[]): PagedRange {
    const list = isPageList(gpns) ? gpns : toPageList(gpns);
    const range = PagedRange.new(offset, length, list);
    if (range === null) throw new RangeError(`${length} bytes at ${offset} are not within ${gpns.length} pages`);
    return range;
  }

  /** The empty range. */
  static empty(): PagedRange {
    return new PagedRange(0, 0, NO_PAGES);
  }

  /** Bytes in the range. */
  get length(): number {
    return this.#end - this.#start;
  }

  /** Whether there is no byte in the range. */
  get isEmpty(): boolean {
    return this.#start === this.#end;
  }

  /** Bytes before the range in its first page: 0 to 4095. */
  offset(): number {
    return this.#start % PAGE_SIZE;
  }

  /** The numbers of the pages that the range touches: a view, not a copy. */
  gpns(): BigUint64Array {
    return this.#gpns.subarray(Math.floor(this.#start / PAGE_SIZE), Math.ceil(this.#end / PAGE_SIZE));
  }

  /**
   * The page numbers from the range's first page on, in pairs of 32-bit words, low one first: no BigInt is made. A view, made when it is asked
   * for first and when the range has left its first page; empty while the buffer is cut. @internal
   */
  gpnWords(): Int32Array {
    const page = Math.floor(this.#start / PAGE_SIZE);
    if (page !== this.#wordsFrom) {
      const { buffer, byteOffset, length } = this.#gpns;
      if (length * PAGE_SIZE < this.#end) return NO_WORDS;
      this.#words = new Int32Array(buffer, byteOffset + 8 * page, 2 * (length - page));
      this.#wordsFrom = page;
    }
    return this.#words;
  }

  /** A range of its own over the same bytes: `skip` and `truncate` on one do not move the other. */
  clone(): PagedRange {
    return new PagedRange(this.#start, this.#end, this.#gpns);
  }

  /** `length` bytes from `offset` on within this range, or `null` if they are not all in it. */
  trySubrange(offset: number, length: number): PagedRange | null {
    if (!isUnsigned(offset) || !isUnsigned(length) || offset + length > this.length) return null;
    return new PagedRange(this.#start + offset, this.#start + offset + length, this.#gpns);
  }

  /** As `trySubrange`, with a `RangeError` instead of `null`. */
  subrange(offset: number, length: number): PagedRange {
    return this.#require(this.trySubrange(offset, length), `${length} bytes at ${offset}`);
  }

  /** What is before `offset` and what is behind it, or `null` if `offset` is outside of the range. */
  trySplit(offset: number): [PagedRange, PagedRange] | null {
    if (!isUnsigned(offset) || offset > this.length) return null;
    const middle = this.#start + offset;
    return [new PagedRange(this.#start, middle, this.#gpns), new PagedRange(middle, this.#end, this.#gpns)];
  }

  /** As `trySplit`, with a `RangeError` instead of `null`. */
  split(offset: number): [PagedRange, PagedRange] {
    return this.#require(this.trySplit(offset), `offset ${offset}`);
  }

  /** Drops the first `length` bytes of this range. */
  skip(length: number): void {
    this.#checkWithin(length);
    this.#start += length;
  }

  /** Drops all but the first `length` bytes of this range. */
  truncate(length: number): void {
    this.#checkWithin(length);
    this.#end = this.#start + length;
  }

  /**
   * Drops the first bytes whose addresses are contiguous and returns their addresses; `null` when nothing is left.
   * Throws a {@link GuestMemoryError} with code `InvalidGpn` at a page number of 2^52 or more, and drops nothing then.
   */
  popFrontRange(): AddressRange | null {
    if (this.isEmpty) return null;
    const gpns = this.#gpns;
    const firstPage = Math.floor(this.#start / PAGE_SIZE);
    const endPage = Math.ceil(this.#end / PAGE_SIZE);
    const start = gpnToGpa(gpns[firstPage]!) + BigInt(this.offset());
    let page = firstPage + 1;
    while (page < endPage && gpns[page - 1]! + 1n === gpns[page]) {
      gpnToGpa(gpns[page]!);
      page++;
    }
    const end = Math.min(page * PAGE_SIZE, this.#end);
    const bytes = BigInt(end - this.#start);
    this.#start = end;
    return { start, end: start + bytes };
  }

  /** The contiguous address ranges of this range, first to last. Throws as `popFrontRange` does. */
  *ranges(): Generator<AddressRange, void, undefined> {
    const rest = this.clone();
    for (let range = rest.popFrontRange(); range !== null; range = rest.popFrontRange()) yield range;
  }

  /** Reads the range in `memory`, from its start to its end. */
  reader(memory: GuestMemory): PagedRangeReader {
    return new PagedRangeReader(this.clone(), memory);
  }

  /** Writes the range in `memory`, from its start to its end. */
  writer(memory: GuestMemory): PagedRangeWriter {
    return new PagedRangeWriter(this.clone(), memory);
  }

  #require<T>(value: T | null, what: string): T {
    if (value === null) throw new RangeError(`${what} is outside of a range of ${this.length} bytes`);
    return value;
  }

  #checkWithin(length: number): void {
    if (!isUnsigned(length) || length > this.length) {
      throw new RangeError(`${length} bytes are not within a range of ${this.length} bytes`);
    }
  }
}

/** By tag: it may come from another realm. */
function isPageList(gpns: BigUint64Array | readonly bigint[]): gpns is BigUint64Array {
  return Object.prototype.toString.call(gpns) === '[object BigUint64Array]';
}

/** Not by the constructor alone: that takes numbers modulo 2^64. */
function toPageList(gpns: readonly bigint[]): BigUint64Array {
  const list = BigUint64Array.from(gpns);
  for (const [i, gpn] of gpns.entries()) {
    if (list[i] !== gpn) throw new RangeError(`a page number must be an unsigned 64-bit integer, got ${gpn}`);
  }
  return list;
}

/** The address at which page `gpn` begins. Throws where there can be no such address in 64 bits. */
function gpnToGpa(gpn: bigint): bigint {
  if (gpn > 0xf_ffff_ffff_ffffn) {
    throw new GuestMemoryError('InvalidGpn', `0x${gpn.toString(16)} is not below 2^52`);
  }
  return gpn * BigInt(PAGE_SIZE);
}
