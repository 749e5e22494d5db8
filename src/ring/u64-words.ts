import { checkUnsigned } from '../wire/unsigned.ts';

const words = new Int32Array(2);
const word = new BigUint64Array(words.buffer);

/**
 * Splits a transaction id into the two 32-bit words that it is on the wire, low one first. They are returned in
 * an array that the next call reuses: through memory a BigInt is split fastest, and a pair would have to be allocated.
 *
 * Throws a `RangeError` unless the value is 0 to 2^64 - 1 (a number: 0 to 2^53 - 1), and a `TypeError` where it is no
 * bigint and no number.
 */
export function splitId(value: bigint | number): Int32Array {
  if (typeof value === 'number') {
    checkUnsigned('transactionId', value);
    words[0] = value;
    words[1] = value / 0x1_0000_0000;
  } else {
    if (typeof value !== 'bigint') throw new TypeError(`transactionId must be a bigint or number, got ${typeof value}`);
    word[0] = value;
    if (word[0] !== value) throw new RangeError(`transactionId must be an unsigned 64-bit integer, got ${value}`);
  }
  return words;
}

/** The unsigned 64-bit integer that two words on the wire are. Through memory too: four times faster than shifting BigInts. */
export function joinU64(low: number, high: number): bigint {
  words[0] = low;
  words[1] = high;
  return word[0]!;
}
