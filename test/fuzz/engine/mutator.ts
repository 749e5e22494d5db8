import type { Xorshift } from '../../support/xorshift.ts';

/** Where arithmetic goes wrong. */
const INTERESTING = [0, 1, 2, 3, 7, 8, 16, 24, 127, 128, 255, 4095, 4096, 0x7fff, 0x8000, 0xffff, 0x7fff_ffff];

const MOST_CHANGES = 8;
const LONGEST_INSERTION = 64;

/** Makes new inputs out of old ones. */
export class Mutator {
  readonly #random: Xorshift;
  readonly #numbers: readonly number[];
  readonly #maximumBytes: number;

  /** `literals`: the numbers that the code compares with. */
  constructor(random: Xorshift, literals: readonly number[], maximumBytes: number) {
    this.#random = random;
    this.#numbers = [...INTERESTING, ...literals.filter((value) => Number.isInteger(value) && value >= 0)];
    this.#maximumBytes = maximumBytes;
  }

  /** A few changes of `input`, parts of `other` among them. */
  mutate(input: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
    let bytes = new Uint8Array(input);
    for (let left = 1 + this.#random.below(MOST_CHANGES); left > 0; left--) bytes = this.#change(bytes, other);
    return bytes.length > this.#maximumBytes ? bytes.slice(0, this.#maximumBytes) : bytes;
  }

  #change(bytes: Uint8Array<ArrayBuffer>, other: Uint8Array): Uint8Array<ArrayBuffer> {
    const random = this.#random;
    if (bytes.length === 0) return random.bytes(1 + random.below(32));
    const at = this.#place(bytes.length);
    switch (random.below(10)) {
      case 0:
        bytes[at]! ^= 1 << random.below(8);
        return bytes;
      case 1:
        bytes[at] = random.next();
        return bytes;
      case 2:
      case 3:
        this.#putNumber(bytes, at, this.#number());
        return bytes;
      case 4:
        this.#putNumber(bytes, at, this.#numberAt(bytes, at) + random.below(33) - 16);
        return bytes;
      case 5:
        return splice(bytes, at, 0, random.bytes(this.#unit(1 + random.below(LONGEST_INSERTION))));
      case 6:
        return splice(bytes, at, this.#unit(1 + random.below(bytes.length - at)), NOTHING);
      case 7: {
        const from = this.#place(bytes.length);
        const piece = bytes.slice(from, from + this.#unit(1 + random.below(LONGEST_INSERTION)));
        return splice(bytes, at, random.below(2) === 0 ? 0 : piece.length, piece);
      }
      case 8: {
        if (other.length === 0) return bytes;
        const from = this.#place(other.length);
        const piece = other.subarray(from, from + 1 + random.below(other.length - from));
        return splice(bytes, at, random.below(2) === 0 ? bytes.length : piece.length, piece);
      }
      default:
        bytes.fill(random.below(2) === 0 ? 0 : 0xff, at, at + 1 + random.below(8));
        return bytes;
    }
  }

  /** Mostly where a number may begin: all that the library reads lies at multiples of 2. */
  #place(length: number): number {
    const at = this.#random.below(length);
    return at & ~[0, 1, 3, 7][this.#random.below(4)]!;
  }

  /** Mostly a multiple of 8: then what follows stays where units begin. */
  #unit(length: number): number {
    return this.#random.below(3) === 0 ? length : (length + 7) & ~7;
  }

  #number(): number {
    const random = this.#random;
    const value = this.#numbers[random.below(this.#numbers.length)]!;
    switch (random.below(6)) {
      case 0:
        return -value;
      case 1:
        return value + random.below(5) - 2;
      case 2:
        return value / 8;
      default:
        return value;
    }
  }

  #numberAt(bytes: Uint8Array, at: number): number {
    return bytes[at]! | ((bytes[at + 1] ?? 0) << 8);
  }

  /** Little-endian, in 1, 2 or 4 bytes. */
  #putNumber(bytes: Uint8Array, at: number, value: number): void {
    const size = 1 << this.#random.below(3);
    for (let i = 0; i < size && at + i < bytes.length; i++) bytes[at + i] = Math.floor(value / 2 ** (8 * i));
  }
}

const NOTHING = new Uint8Array(0);

/** `bytes` with `piece` in place of the `removed` bytes from `at` on. */
export function splice(bytes: Uint8Array, at: number, removed: number, piece: Uint8Array): Uint8Array<ArrayBuffer> {
  const rest = bytes.subarray(at + removed);
  const result = new Uint8Array(at + piece.length + rest.length);
  result.set(bytes.subarray(0, at));
  result.set(piece, at);
  result.set(rest, at + piece.length);
  return result;
}
