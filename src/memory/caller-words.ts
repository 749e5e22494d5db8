import { checkBytes } from './byte-arrays.ts';

/**
 * The caller's array that was seen last, with views of it as words once it was seen twice in a row: making views costs more
 * than copying a small packet, and callers either use one array again and again, or a new one each time.
 */
export class CallerWords {
  /** The caller's array itself. */
  bytes: Uint8Array = new Uint8Array(0);

  /** Bytes of it when it was seen, or -1 as long as it was seen only once: a view over a resizable buffer may have others now. */
  byteCount = -1;

  /** Its whole 32-bit words, or `null` where copies in words would not do. */
  words: Int32Array | null = null;

  /** Its whole 64-bit words, likewise, where the engine is good at them. */
  wide: BigUint64Array | null = null;

  /** Where it begins in the buffer that the ring lies in, if it lies there too; else -1. */
  address = -1;

  readonly #ring: ArrayBufferLike;
  readonly #wide: boolean;

  /** `ring` is the buffer that the ring lies in. */
  constructor(ring: ArrayBufferLike, wide: boolean) {
    this.#ring = ring;
    this.#wide = wide;
  }

  /** Points this at `bytes`. Throws a TypeError where that is no Uint8Array. */
  see(bytes: Uint8Array): void {
    const length = bytes.length;
    if (bytes === this.bytes && length === this.byteCount) return;
    checkBytes(bytes);
    const isSecond = bytes === this.bytes && this.byteCount === -1;
    this.words = null;
    this.wide = null;
    this.address = -1;
    this.byteCount = -1;
    this.bytes = bytes;
    if (!isSecond) return;
    const { buffer, byteOffset } = bytes;
    // Within one buffer the two sides may overlap: word by word, that would go wrong.
    if (buffer === this.#ring) this.address = byteOffset;
    else if (byteOffset % 4 === 0) this.words = new Int32Array(buffer, byteOffset, length >> 2);
    if (this.#wide && this.words !== null && byteOffset % 8 === 0) {
      this.wide = new BigUint64Array(buffer, byteOffset, length >> 3);
    }
    this.byteCount = length;
  }
}
