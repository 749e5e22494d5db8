import { CONTROL_WORD_COUNT } from '../wire/control-page.ts';
import { PAGE_SHIFT, PAGE_SIZE } from '../wire/page.ts';
import { CallerWords } from './caller-words.ts';
import { ControlWords } from './control-words.ts';
import { copyBytes, type CopyEngine, copyWords, defaultCopyEngine } from './copy-engine.ts';

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
  readonly length: number;

  /** The window as 32-bit words: descriptors, headers and footers go through it. */
  readonly i32: Int32Array;

  /** The window as bytes. */
  readonly u8: Uint8Array;

  readonly control: ControlWords;

  /** The buffer byte at which the window begins. */
  readonly #byteOffset: number;

  /** Ring offsets below this one are `#dataWord + offset / 4`: all of the ring in one piece, or 0 if it is in pages. */
  readonly #linearEnd: number;

  /** Index in `i32` of the first data word, if the data is in one piece. */
  readonly #dataWord: number;

  /** Index in `i32` of the first word of each page, twice in a row, if the data is in pages. */
  readonly #pageWords: Int32Array;

  readonly #controlWord: number;
  readonly #engine: CopyEngine;
  readonly #source: CallerWords;
  readonly #target: CallerWords;

  /** Throws a RangeError where the pages are further apart than one view can span. */
  constructor(layout: RingLayout, engine: CopyEngine = defaultCopyEngine()) {
    const { buffer, controlOffset, data, length } = layout;
    const [start, end] = extent(layout);
    const bytes = end - start;
    if (bytes > MAXIMUM_WINDOW_BYTES) throw new RangeError(`the ring's pages are ${bytes} bytes apart`);
    this.length = length;
    this.i32 = new Int32Array(buffer, start, bytes / 4);
    this.u8 = new Uint8Array(buffer, start, bytes);
    this.#byteOffset = start;
    this.#controlWord = (controlOffset - start) / 4;
    this.control = new ControlWords(this.i32, this.#controlWord);
    this.#engine = engine;
    this.#source = new CallerWords();
    this.#target = new CallerWords();
    if (typeof data === 'number') {
      this.#linearEnd = length;
      this.#dataWord = (data - start) / 4;
      this.#pageWords = NO_PAGES;
    } else {
      this.#linearEnd = 0;
      this.#dataWord = 0;
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

  /**
   * Index in `i32` of the word that holds ring offset `offset`, if the `length` bytes from there on lie in one piece; else -1,
   * and always so past the end of data that is not in pages: only what wraps gets there.
   */
  locate(offset: number, length: number): number {
    if (offset + length <= this.#linearEnd) return this.#dataWord + (offset >> 2);
    const pages = this.#pageWords;
    if (pages.length === 0 || (offset & (PAGE_SIZE - 1)) + length > PAGE_SIZE) return -1;
    return pages[offset >> PAGE_SHIFT]! + ((offset & (PAGE_SIZE - 1)) >> 2);
  }

  /** How many bytes from ring offset `offset` on lie in one piece. At least 1, and 8 if `offset` is a multiple of 8. */
  contiguousBytes(offset: number): number {
    if (offset < this.#linearEnd) return this.length - offset;
    if (this.#pageWords.length === 0) return 2 * this.length - offset;
    return PAGE_SIZE - (offset & (PAGE_SIZE - 1));
  }

  /** Fills all of `target` from ring offset `offset` on. */
  readBytes(offset: number, target: Uint8Array): void {
    const caller = this.#target;
    const length = target.length;
    if (target !== caller.bytes || length !== caller.length) caller.replace(target, this.u8.buffer);
    this.control.checkAlive();
    const word = this.locate(offset, length);
    if (word >= 0) this.#copyOut(word, offset, 0, length);
    else this.#eachPiece(offset, length, (at, from, done, bytes) => this.#copyOut(at, from, done, bytes));
  }

  /** Copies all of `source` to the ring from ring offset `offset` on. */
  writeBytes(offset: number, source: Uint8Array): void {
    const caller = this.#source;
    const length = source.length;
    if (source !== caller.bytes || length !== caller.length) caller.replace(source, this.u8.buffer);
    this.control.checkAlive();
    const word = this.locate(offset, length);
    if (word >= 0) this.#copyIn(word, offset, 0, length);
    else this.#eachPiece(offset, length, (at, from, done, bytes) => this.#copyIn(at, from, done, bytes));
  }

  /** Sets `length` bytes from ring offset `offset` on to `value`. */
  fillBytes(offset: number, value: number, length: number): void {
    this.control.checkAlive();
    this.#eachPiece(offset, length, (word, from, _done, bytes) => {
      const at = word * 4 + (from & 3);
      this.u8.fill(value, at, at + bytes);
    });
  }

  /**
   * The bytes themselves, without a copy, or `null` where they do not lie in one piece. The view spans no more than it
   * has to; it stays valid as long as the buffer does, and on a ring in use its contents may change at any time.
   */
  viewBytes(offset: number, length: number): Uint8Array | null {
    this.control.checkAlive();
    if (length > this.contiguousBytes(offset)) return null;
    const at = this.wordAt(offset) * 4 + (offset & 3);
    return new Uint8Array(this.u8.buffer, this.#byteOffset + at, length);
  }

  /** From the piece that begins with `word`, which holds ring offset `offset`, to the caller's bytes from `start` on. */
  #copyOut(word: number, offset: number, start: number, length: number): void {
    const { words, bytes } = this.#target;
    if (length > this.#engine.wordsOutBytes || words === null || ((offset | start) & 3) !== 0) {
      this.#engine.bulkOut(this.u8, word * 4 + (offset & 3), this.#target, start, length);
      return;
    }
    copyWords(words, start >> 2, this.i32, word, length >> 2);
    const rest = length & 3;
    if (rest !== 0) copyBytes(bytes, start + length - rest, this.u8, word * 4 + length - rest, rest);
  }

  /** The other way round. */
  #copyIn(word: number, offset: number, start: number, length: number): void {
    const { words, bytes } = this.#source;
    if (length > this.#engine.wordsInBytes || words === null || ((offset | start) & 3) !== 0) {
      this.#engine.bulkIn(this.u8, word * 4 + (offset & 3), this.#source, start, length);
      return;
    }
    copyWords(this.i32, word, words, start >> 2, length >> 2);
    const rest = length & 3;
    if (rest !== 0) copyBytes(this.u8, word * 4 + length - rest, bytes, start + length - rest, rest);
  }

  /**
   * Calls `visit` for each contiguous piece of the `length` bytes from ring offset `offset` on: with the index in `i32` of
   * the word that it begins in, the ring offset that it begins at, how many bytes came before it, and its own bytes.
   */
  #eachPiece(
    offset: number,
    length: number,
    visit: (word: number, from: number, done: number, bytes: number) => void,
  ): void {
    for (let done = 0; done < length;) {
      const from = offset + done;
      const bytes = Math.min(length - done, this.contiguousBytes(from));
      visit(this.wordAt(from), from, done, bytes);
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
