import { Xorshift32 } from '../support/contract.ts';

/** The same numbers for the same seed everywhere, in the forms that tests want them. */
export class Xorshift extends Xorshift32 {
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
