import type { Words } from './copy-engine.ts';

/**
 * The caller's array that was seen last, with a view of it as words. Making such a view costs more than copying a small
 * packet, and callers use the same array again and again.
 */
export class CallerWords {
  readonly #wordBytes: 4 | 8;

  /** The caller's array itself. */
  bytes: Uint8Array = new Uint8Array(0);

  /** The whole words of `bytes`, or `null` where it does not begin at a whole word of its buffer. */
  words: Words | null = null;

  #length = -1;

  constructor(wordBytes: 4 | 8) {
    this.#wordBytes = wordBytes;
  }

  /** Points this at `bytes`. The length counts too: that of a view over a resizable buffer may change. */
  select(bytes: Uint8Array): void {
    if (bytes !== this.bytes || bytes.length !== this.#length) this.#replace(bytes);
  }

  #replace(bytes: Uint8Array): void {
    // By tag, not by instanceof: the array may come from another realm (an iframe, node:vm).
    if (Object.prototype.toString.call(bytes) !== '[object Uint8Array]') {
      throw new TypeError(`expected a Uint8Array, got ${Object.prototype.toString.call(bytes)}`);
    }
    const wordBytes = this.#wordBytes;
    this.bytes = bytes;
    this.#length = bytes.length;
    const count = Math.floor(bytes.length / wordBytes);
    if (bytes.byteOffset % wordBytes !== 0) {
      this.words = null;
    } else if (wordBytes === 8) {
      this.words = new BigUint64Array(bytes.buffer, bytes.byteOffset, count) as unknown as Words;
    } else {
      this.words = new Int32Array(bytes.buffer, bytes.byteOffset, count);
    }
  }
}
