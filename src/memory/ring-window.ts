import { CONTROL_WORD_COUNT } from '../wire/control-page.ts';
import { PAGE_SHIFT, PAGE_SIZE } from '../wire/page.ts';
import { acceleratedBuffers } from './accelerated-buffers.ts';
import { CallerWords } from './caller-words.ts';
import { ControlWords } from './control-words.ts';
import { bulkIn, bulkOut, type CopyEngine, defaultCopyEngine } from './copy-engine.ts';
import { copyBytes, copyWide, copyWords } from './copy-words.ts';

/** Where a ring's pages lie in one buffer: byte offsets from the start of that buffer, each a multiple of 8. */
export interface RingLayout {
  readonly buffer: ArrayBufferLike;
  readonly controlOffset: number;
  /** One offset: `length` bytes in one piece. A list: one 4096-byte page each. */
  readonly data: number | readonly number[];
  /** Bytes of data. */
  readonly length: number;
}

/** Node's bulk copy takes offsets modulo 2^32, and some engines have no larger views. */
const MAXIMUM_WINDOW_BYTES = 2 ** 32 - PAGE_SIZE;

const NO_PAGES = new Int32Array(0);

/**
 * The piece of one buffer that holds a ring, whether its pages lie in a row or are scattered: the one class that the
 * fast path knows, so that its call sites stay monomorphic whatever memories a program uses.
 *
 * All offsets are ring offsets in bytes, below `2 * length`: the data counts as mapped twice in a row. The views span
 * the control page and all data pages, so that a buffer cut anywhere under the ring takes the control words with it,
 * and no write can be published of which the bytes got lost.
 */
export class RingWindow {
  /** Bytes of data. */
  declare readonly length: number;

  /** The window as 32-bit words: descriptors, headers and footers go through it. */
  declare readonly i32: Int32Array;

  /** The window as 64-bit words: payloads go through it. */
  declare readonly u64: BigUint64Array;

  /** The window as bytes. */
  declare readonly u8: Uint8Array;

  declare readonly control: ControlWords;

  /** The buffer byte at which the window begins. */
  declare readonly start: number;

  /** The array that was written from last. */
  declare readonly source: CallerWords;

  /** The array that was read into last. */
  declare readonly target: CallerWords;

  /** Ring offsets below this one are `dataWord + offset / 4`: all of the ring in one piece, or 0 if it is in pages. */
  readonly #linearEnd: number = 0;

  /** Index in `i32` of the first data word, if the data is in one piece. */
  readonly #dataWord: number = 0;

  /** Index in `i32` of the first word of each page, twice in a row, if the data is in pages. */
  readonly #pageWords: Int32Array = NO_PAGES;

  readonly #controlWord: number = 0;
  /** How its bytes are copied. */
  declare readonly engine: CopyEngine;
  readonly #shared: boolean;

  /** Throws a RangeError where the pages are further apart than one view can span. */
  constructor(layout: RingLayout, engine: CopyEngine = defaultCopyEngine()) {
    const { buffer, controlOffset, data, length } = layout;
    const [start, end] = extent(layout);
    const bytes = end - start;
    if (bytes > MAXIMUM_WINDOW_BYTES) throw new RangeError(`the ring's pages span ${bytes} bytes`);
    this.length = length;
    this.i32 = new Int32Array(buffer, start, bytes / 4);
    this.u64 = new BigUint64Array(buffer, start, bytes / 8);
    this.u8 = new Uint8Array(buffer, start, bytes);
    this.start = start;
    this.#controlWord = (controlOffset - start) / 4;
    this.control = new ControlWords(this.i32, this.#controlWord, acceleratedBuffers.get(buffer));
    this.engine = engine;
    this.#shared = !(buffer instanceof ArrayBuffer);
    this.source = new CallerWords(buffer, engine.wide);
    this.target = new CallerWords(buffer, engine.wide);
    if (typeof data === 'number') {
      this.#linearEnd = length;
      this.#dataWord = (data - start) / 4;
    } else {
      this.#pageWords = Int32Array.from([...data, ...data], (offset) => (offset - start) / 4);
    }
  }

  /** The first 32 words of the control page, as an array of their own. */
  controlArray(): Int32Array {
    this.control.checkAlive();
    return this.i32.subarray(this.#controlWord, this.#controlWord + CONTROL_WORD_COUNT);
  }

  /** Index in `i32` of the word at ring offset `offset`, a multiple of 4. 8 bytes at a multiple of 8 lie together. */
  wordAt(offset: number): number {
    if (offset < this.#linearEnd) return this.#dataWord + (offset >> 2);
    const pages = this.#pageWords;
    if (pages.length === 0) return this.#dataWord + ((offset - this.length) >> 2);
    return pages[offset >> PAGE_SHIFT]! + ((offset & (PAGE_SIZE - 1)) >> 2);
  }

  /** Index in `i32` of the word that holds ring offset `offset`, if the `length` bytes from there on lie in one piece; else -1. */
  locate(offset: number, length: number): number {
    return length <= this.contiguousBytes(offset) ? this.wordAt(offset) : -1;
  }

  /** How many bytes from ring offset `offset` on lie in one piece. At least 1, and 8 if `offset` is a multiple of 8. */
  contiguousBytes(offset: number): number {
    if (offset < this.#linearEnd) return this.length - offset;
    if (this.#pageWords.length === 0) return 2 * this.length - offset;
    return PAGE_SIZE - (offset & (PAGE_SIZE - 1));
  }

  /** Fills `target`, or its first `length` bytes, from ring offset `offset` on. */
  readBytes(offset: number, target: Uint8Array, length: number = target.length): void {
    this.target.see(target);
    this.#copyPieces(false, offset, length);
  }

  /** Copies `source`, or its first `length` bytes, to the ring from ring offset `offset` on. */
  writeBytes(offset: number, source: Uint8Array, length: number = source.length): void {
    this.source.see(source);
    this.#copyPieces(true, offset, length);
  }

  /**
   * The bytes themselves, without a copy, or `null` where they do not lie in one piece. The view spans no more than it
   * has to; it stays valid as long as the buffer does, and on a ring in use its contents may change at any time.
   */
  viewBytes(offset: number, length: number): Uint8Array | null {
    this.control.checkAlive();
    const word = this.locate(offset, length);
    if (word < 0) return null;
    const at = word * 4 + (offset & 3);
    return this.u8.subarray(at, at + length);
  }

  /**
   * From the piece that begins with `word`, which holds ring offset `offset`, to the bytes of `this.target` from `start` on. The caller
   * has checked that they are there.
   */
  copyOut(word: number, offset: number, start: number, length: number): void {
    const { words, wide, bytes, address } = this.target;
    const { u8, engine } = this;
    const at = word * 4 + (offset & 3);
    const odd = offset | start;
    const { calls } = this.control;
    if (address >= 0 && calls !== null) return calls.copy(address + start, this.start + at, length);
    if (words === null || length > engine.wordsOutBytes || (odd & 3) !== 0) {
      return bulkOut(engine, u8, at, bytes, start, length);
    }
    const isWide = wide !== null && (odd & 7) === 0;
    if (isWide) copyWide(wide, start >> 3, this.u64, word >> 1, length >> 3);
    else copyWords(words, start >> 2, this.i32, word, length >> 2);
    const rest = length & (isWide ? 7 : 3);
    copyBytes(bytes, start + length - rest, u8, at + length - rest, rest);
  }

  /** The other way round, from the bytes of `this.source`. */
  copyIn(word: number, offset: number, start: number, length: number): void {
    const { words, wide, bytes, address } = this.source;
    const { u8, engine } = this;
    const at = word * 4 + (offset & 3);
    const odd = offset | start;
    const { calls } = this.control;
    if (address >= 0 && calls !== null) return calls.copy(this.start + at, address + start, length);
    if (words === null || length > engine.wordsInBytes || (odd & 3) !== 0) {
      return bulkIn(engine, u8, at, bytes, start, length, this.#shared);
    }
    const isWide = wide !== null && (odd & 7) === 0;
    if (isWide) copyWide(this.u64, word >> 1, wide, start >> 3, length >> 3);
    else copyWords(this.i32, word, words, start >> 2, length >> 2);
    const rest = length & (isWide ? 7 : 3);
    copyBytes(u8, at + length - rest, bytes, start + length - rest, rest);
  }

  /** Copies the `length` bytes from ring offset `offset` on piece by piece, into the ring or out of it. */
  #copyPieces(isIn: boolean, offset: number, length: number): void {
    this.control.checkAlive();
    for (let done = 0; done < length;) {
      const from = offset + done;
      const bytes = Math.min(length - done, this.contiguousBytes(from));
      if (isIn) this.copyIn(this.wordAt(from), from, done, bytes);
      else this.copyOut(this.wordAt(from), from, done, bytes);
      done += bytes;
    }
  }
}

/** First byte, and the byte behind the last one, of everything that a layout names. */
function extent(layout: RingLayout): [start: number, end: number] {
  const { controlOffset, data, length } = layout;
  if (typeof data === 'number') {
    return [Math.min(controlOffset, data), Math.max(controlOffset + PAGE_SIZE, data + length)];
  }
  let start = controlOffset;
  let end = controlOffset;
  for (const offset of data) {
    if (offset < start) start = offset;
    if (offset > end) end = offset;
  }
  return [start, end + PAGE_SIZE];
}
