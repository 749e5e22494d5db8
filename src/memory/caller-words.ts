import type { Words } from './copy-engine.ts';

/**
 * The caller's array that was seen last, with a view of it as words. Making such a view costs more than copying a small
 * packet, and callers use the same array again and again.
 */
export class CallerWords {
  readonly #wordBytes: 4 | 8;

  /** The caller's array itself. */
  bytes: Uint8Array = new Uint8Array(0);

  /** Bytes of it when it was seen: a view over a resizable buffer may have more or fewer now. */
  length = -1;

  /** The whole words of `bytes`, or `null` where it does not begin at a whole word of its buffer. */
  words: Words | null = null;

  constructor(wordBytes: 4 | 8) {
    this.#wordBytes = wordBytes;
  }

  /** Points this at `bytes`. */
  replace(bytes: Uint8Array): void {
    // By tag, not by instanceof: the array may come from another realm (an iframe, node:vm).
    if (Object.prototype.toString.call(bytes) !== '[object Uint8Array]') {
      throw new TypeError(`expected a Uint8Array, got ${Object.prototype.toString.call(bytes)}`);
    }
    const wordBytes = this.#wordBytes;
    const count = Math.floor(bytes.length / wordBytes);
    if (bytes.byteOffset % wordBytes !== 0) {
      this.words = null;
    } else if (wordBytes === 8) {
      this.words = new BigUint64Array(bytes.buffer, bytes.byteOffset, count) as unknown as Words;
    } else {
      this.words = new Int32Array(bytes.buffer, bytes.byteOffset, count);
    }
    this.bytes = bytes;
    this.length = bytes.length;
  }
}
