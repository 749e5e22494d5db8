/** xorshift32: the same numbers for the same seed everywhere, and what the contract of the vectors draws from. */
export class Xorshift {
  #state: number;

  constructor(seed: number) {
    this.#state = seed === 0 ? 0x9e3779b9 : seed >>> 0;
  }

  /** The next unsigned 32-bit number. */
  next(): number {
    let s = this.#state;
    s = (s ^ (s << 13)) >>> 0;
    s = (s ^ (s >>> 17)) >>> 0;
    s = (s ^ (s << 5)) >>> 0;
    this.#state = s;
    return s;
  }

  /** 0 to `bound - 1`. */
  below(bound: number): number {
    return this.next() % bound;
  }

  bytes(length: number): Uint8Array<ArrayBuffer> {
    const words = new Uint32Array(Math.ceil(length / 4));
    for (let i = 0; i < words.length; i++) words[i] = this.next();
    return new Uint8Array(words.buffer, 0, length);
  }

  u64(): bigint {
    return (BigInt(this.next()) << 32n) | BigInt(this.next());
  }
}
