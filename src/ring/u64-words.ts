import { isUnsigned } from '../wire/unsigned.ts';

const words = new Int32Array(2);
const word = new BigUint64Array(words.buffer);

/**
 * Splits an unsigned 64-bit integer into the two 32-bit words that it is on the wire, low one first. They are returned in
 * an array that the next call reuses: through memory a BigInt is split fastest, and a pair would have to be allocated.
 *
 * Throws a `RangeError` unless the value is 0 to 2^64 - 1 (a number: 0 to 2^53 - 1), and a `TypeError` where it is no
 * bigint and no number. `name` is what the error calls it.
 */
export function splitU64(name: string, value: bigint | number): Int32Array {
  if (typeof value === 'number') {
    if (!isUnsigned(value)) throw outOfRange(name, value);
    words[0] = value;
    words[1] = value / 0x1_0000_0000;
  } else if (typeof value === 'bigint') {
    word[0] = value;
    if (word[0] !== value) throw outOfRange(name, value);
  } else {
    throw new TypeError(`${name} must be a bigint or number, got ${typeof value}`);
  }
  return words;
}

/** The unsigned 64-bit integer that two words on the wire are. Through memory too: four times faster than shifting BigInts. */
export function joinU64(low: number, high: number): bigint {
  words[0] = low;
  words[1] = high;
  return word[0]!;
}

function outOfRange(name: string, value: bigint | number): RangeError {
  return new RangeError(`${name} must be an unsigned 64-bit integer, got ${value}`);
}
