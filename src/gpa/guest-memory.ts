import { BufferPages, type PageLocation } from '../memory/buffer-pages.ts';
import { checkBuffer, checkBytes } from '../memory/byte-arrays.ts';
import { checkByte } from '../memory/memory-access.ts';
import { PAGE_SIZE } from '../wire/page.ts';
import { GuestMemoryError } from './guest-memory-error.ts';
import type { PagedRange } from './paged-range.ts';
import { checkUnsigned, isUnsigned } from '../wire/unsigned.ts';

/** A piece of guest memory: `length` bytes from guest physical address `gpa` on are those of `buffer` from `byteOffset` on. */
export interface GuestMemoryRegion {
  /** Guest physical address of the first byte, below 2^53. */
  readonly gpa: bigint | number;
  /** What holds the bytes. Not copied: every access goes to it. */
  readonly buffer: ArrayBufferLike;
  /** Where the region begins in `buffer`; 0 if left out. */
  readonly byteOffset?: number;
  /** Bytes; all the rest of `buffer` if left out. */
  readonly length?: number;
}

/** A region with its addresses as numbers: `start` to `end` in the guest, from `byteOffset` on in the buffer. */
interface Region {
  readonly start: number;
  readonly end: number;
  readonly bytes: Uint8Array;
}

/** A run of bytes within one region. */
interface Piece {
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly length: number;
}

/**
 * A guest's memory: one or several buffers, and which guest physical addresses they hold. Between the regions there may
 * be holes, as there is one below 4 GiB in any PC.
 *
 * An access that touches an address which the guest does not have throws a {@link GuestMemoryError} with code `OutOfRange`
 * before a byte is read or written, and so does a buffer that was detached or cut. Accesses are plain: what another thread
 * sees of them, and when, is for the rings' control words to order. Source: OpenVMM `guestmem::GuestMemory`.
 *
 * @example
 * ```ts
 * import { GuestMemory, PagedRange } from 'vmbus-ring';
 *
 * const memory = GuestMemory.of(new SharedArrayBuffer(1 << 20)); // 1 MiB of RAM from address 0 on
 * const range = PagedRange.of(0, 8192, [7n, 3n]); // two pages of it
 * memory.fillRange(range, 0xaa);
 * range.reader(memory).readAll(); // 8192 bytes of 0xaa
 * ```
 */
export class GuestMemory {
  /** By address, without overlaps. */
  readonly #regions: readonly Region[];

  /**
   * Throws a `RangeError` where regions are empty, overlap, do not fit in their buffers, or reach 2^53.
   */
  constructor(regions: readonly GuestMemoryRegion[]) {
    this.#regions = regions.map(toRegion).sort((a, b) => a.start - b.start);
    for (const [i, region] of this.#regions.entries()) {
      const next = this.#regions[i + 1];
      if (next !== undefined && next.start < region.end) {
        throw new RangeError(`regions overlap at guest address 0x${next.start.toString(16)}`);
      }
    }
  }

  /** All of `buffer`, from guest physical address 0 on. */
  static of(buffer: ArrayBufferLike): GuestMemory {
    return new GuestMemory([{ gpa: 0, buffer }]);
  }

  /** Fills `data` from guest physical address `gpa` on. */
  readAt(gpa: bigint | number, data: Uint8Array): void {
    checkBytes(data);
    read(this.#pieces(toAddress(gpa), data.length), data);
  }

  /** Copies `data` to guest physical address `gpa`. */
  writeAt(gpa: bigint | number, data: Uint8Array): void {
    checkBytes(data);
    write(this.#pieces(toAddress(gpa), data.length), data);
  }

  /** Sets `length` bytes from guest physical address `gpa` on to `value`. */
  fillAt(gpa: bigint | number, value: number, length: number): void {
    checkByte(value);
    checkUnsigned('length', length);
    fill(this.#pieces(toAddress(gpa), length), value);
  }

  /**
   * Throws as an access to the range would, and touches nothing: a host checks all ranges of a request before it begins with
   * the first. (What the guest has does not change by what it writes.)
   */
  checkRange(range: PagedRange): void {
    this.#rangePieces(range);
  }

  /** Fills `data`, which must be as long as the range, with what the range holds. */
  readRange(range: PagedRange, data: Uint8Array): void {
    checkSameLength(range, data);
    read(this.#rangePieces(range), data);
  }

  /** Copies `data`, which must be as long as the range, to the range. */
  writeRange(range: PagedRange, data: Uint8Array): void {
    checkSameLength(range, data);
    write(this.#rangePieces(range), data);
  }

  /** Sets all bytes of the range to `value`. */
  fillRange(range: PagedRange, value: number): void {
    checkByte(value);
    fill(this.#rangePieces(range), value);
  }

  /**
   * The pages with these numbers as ring memory: the first one is the control page, the others are the data pages, as a
   * GPADL lists them. Throws as an access to those pages would, and as {@link BufferPages} does.
   */
  ringPages(gpns: readonly bigint[] | BigUint64Array): BufferPages {
    const [control, ...data] = Array.from(gpns, (gpn) => this.#page(gpn));
    if (control === undefined) throw new RangeError('a ring needs a control page');
    return new BufferPages(control, data);
  }

  #page(gpn: bigint): PageLocation {
    const [piece, more] = this.#pieces(toAddress(gpn * BigInt(PAGE_SIZE)), PAGE_SIZE);
    if (piece === undefined || more !== undefined) {
      throw new GuestMemoryError('OutOfRange', `page 0x${gpn.toString(16)} lies in two regions`);
    }
    return { buffer: piece.bytes.buffer, byteOffset: piece.bytes.byteOffset + piece.from };
  }

  /** Where the bytes are that the guest has at these addresses: usually one piece, more where regions adjoin. */
  #pieces(gpa: number, length: number): Piece[] {
    const pieces: Piece[] = [];
    for (let done = 0; done < length;) {
      const region = this.#regionAt(gpa + done);
      const from = gpa + done - region.start;
      const take = Math.min(length - done, region.end - region.start - from);
      pieces.push({ bytes: region.bytes, from, length: take });
      done += take;
    }
    return pieces;
  }

  #rangePieces(range: PagedRange): Piece[] {
    const pieces: Piece[] = [];
    for (const { start, end } of range.ranges()) pieces.push(...this.#pieces(toAddress(start), Number(end - start)));
    return pieces;
  }

  #regionAt(gpa: number): Region {
    let low = 0;
    let high = this.#regions.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#regions[middle]!.end <= gpa) low = middle + 1;
      else high = middle;
    }
    const region = this.#regions[low];
    if (region === undefined || region.start > gpa || region.bytes.length !== region.end - region.start) {
      throw new GuestMemoryError('OutOfRange', `there is no memory at 0x${gpa.toString(16)}`);
    }
    return region;
  }
}

function toRegion(region: GuestMemoryRegion): Region {
  const { buffer, byteOffset = 0 } = region;
  checkBuffer(buffer);
  const length = region.length ?? buffer.byteLength - byteOffset;
  const start = Number(region.gpa);
  checkUnsigned('byteOffset', byteOffset);
  if (!isUnsigned(start) || !isUnsigned(length) || length === 0 || !isUnsigned(start + length)) {
    throw new RangeError(`a region of ${length} bytes cannot begin at guest address ${region.gpa}`);
  }
  // Throws a RangeError of its own where the region is not within the buffer.
  return { start, end: start + length, bytes: new Uint8Array(buffer, byteOffset, length) };
}

function toAddress(gpa: bigint | number): number {
  if (typeof gpa === 'number') checkUnsigned('gpa', gpa);
  const address = Number(gpa);
  if (!isUnsigned(address)) {
    throw new GuestMemoryError('OutOfRange', `0x${gpa.toString(16)} is no address below 2^53`);
  }
  return address;
}

function checkSameLength(range: PagedRange, data: Uint8Array): void {
  checkBytes(data);
  if (range.length !== data.length) {
    throw new RangeError(`the range has ${range.length} bytes, the data ${data.length}`);
  }
}

function read(pieces: readonly Piece[], data: Uint8Array): void {
  let done = 0;
  for (const { bytes, from, length } of pieces) {
    data.set(bytes.subarray(from, from + length), done);
    done += length;
  }
}

function write(pieces: readonly Piece[], data: Uint8Array): void {
  let done = 0;
  for (const { bytes, from, length } of pieces) {
    bytes.set(length === data.length ? data : data.subarray(done, done + length), from);
    done += length;
  }
}

function fill(pieces: readonly Piece[], value: number): void {
  for (const { bytes, from, length } of pieces) bytes.fill(value, from, from + length);
}
