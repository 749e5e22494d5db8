import { checkBytes } from './byte-arrays.ts';

/**
 * The caller's array that was seen last, with a view of it as words. Making such a view costs more than copying a small
 * packet, and callers use the same array again and again.
 */
export class CallerWords {
  /** The caller's array itself. */
  bytes: Uint8Array = new Uint8Array(0);

  /** Bytes of it when it was seen: a view over a resizable buffer may have more or fewer now. */
  length = -1;

  /** The whole words of `bytes`, or `null` where word copies would not do. */
  words: Int32Array | null = null;

  /** Points this at `bytes`. Throws a TypeError where that is no Uint8Array. `ring` is the buffer that the ring lies in. */
  replace(bytes: Uint8Array, ring: ArrayBufferLike): void {
    checkBytes(bytes);
    // Within one buffer the two sides may overlap, and only bulk copies are right then.
    const aligned = bytes.byteOffset % 4 === 0 && bytes.buffer !== ring;
    this.words = aligned ? new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2) : null;
    this.bytes = bytes;
    this.length = bytes.length;
  }
}
