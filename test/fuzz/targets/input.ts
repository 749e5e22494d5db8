/** An input, taken apart from its beginning: zeros come when it is at its end. Numbers are little-endian. */
export class Input {
  readonly #view: DataView;
  readonly #bytes: Uint8Array<ArrayBuffer>;
  #at = 0;

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  u8(): number {
    return this.#has(1) ? this.#view.getUint8(this.#at++) : 0;
  }

  u16(): number {
    return this.u8() | (this.u8() << 8);
  }

  u32(): number {
    return (this.u16() | (this.u16() << 16)) >>> 0;
  }

  u64(): bigint {
    return BigInt(this.u32()) | (BigInt(this.u32()) << 32n);
  }

  /** The next bytes, as many as there are of `length`. */
  bytes(length: number): Uint8Array<ArrayBuffer> {
    const end = Math.min(this.#bytes.length, this.#at + length);
    const bytes = this.#bytes.slice(this.#at, end);
    this.#at = end;
    return bytes;
  }

  rest(): Uint8Array<ArrayBuffer> {
    return this.bytes(this.left);
  }

  #has(length: number): boolean {
    return this.left >= length;
  }
}
