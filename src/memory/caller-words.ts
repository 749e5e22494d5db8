/**
 * The caller's array that was seen last, with a view of it as words. Making such a view costs more than copying a small
 * packet, and callers use the same array again and again.
 */
export class CallerWords {
  /** The caller's array itself. */
  bytes: Uint8Array = new Uint8Array(0);

  /** Bytes of it when it was seen: a view over a resizable buffer may have more or fewer now. */
  length = -1;

  /** The whole words of `bytes`, or `null` where it does not begin at a whole word of its buffer. */
  words: Int32Array | null = null;

  /** Points this at `bytes`. Throws a TypeError where that is no Uint8Array. */
  replace(bytes: Uint8Array): void {
    // By tag, not by instanceof: the array may come from another realm (an iframe, node:vm).
    const tag = Object.prototype.toString.call(bytes);
    if (tag !== '[object Uint8Array]') throw new TypeError(`expected a Uint8Array, got ${tag}`);
    const aligned = bytes.byteOffset % 4 === 0;
    this.words = aligned ? new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2) : null;
    this.bytes = bytes;
    this.length = bytes.length;
  }
}
