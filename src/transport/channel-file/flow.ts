/**
 * What went into a ring, or came out of it, since its file was made, or since somebody used it who does not count: 64-bit numbers.
 *
 * ```text
 *   word   0 - 1     2 - 3     4 - 5     6 - 7
 *        +---------+---------+---------+---------+
 *        | packets | bytes   | packets | bytes   |
 *        +---------+---------+---------+---------+
 *          pair 0              pair 1
 * ```
 *
 * Each commit writes the pair that is not in use, then publishes `in` or `out`. The pair that counts is the one whose bytes, modulo the
 * size of the ring, are where that index is: so the numbers are right whenever the process that writes them is killed, and who watches
 * gets numbers that belong together.
 */
export interface RingFlow {
  /** Packets. */
  readonly packets: bigint;
  /** Bytes of these on the ring, footers included. */
  readonly bytes: bigint;
}

const PAIR_WORDS = 4;
const TWO_32 = 2 ** 32;

/**
 * The pair at `base` that agrees with `index`, the ring's `in` or `out`; `null` where none does: another program than this library
 * uses the ring, or the words were written to just now.
 */
export function readFlow(words: Int32Array, base: number, index: number, ringBytes: number): RingFlow | null {
  const pair = pairAt(words, base, index, ringBytes);
  return pair === null ? null : { packets: readU64(words, pair), bytes: readU64(words, pair + 2) };
}

function pairAt(words: Int32Array, base: number, index: number, ringBytes: number): number | null {
  for (const pair of [base, base + PAIR_WORDS]) {
    if (Number(readU64(words, pair + 2) % BigInt(ringBytes)) === index) return pair;
  }
  return null;
}

function readU64(words: Int32Array, at: number): bigint {
  return (BigInt(words[at + 1]! >>> 0) << 32n) | BigInt(words[at]! >>> 0);
}

/** One side's count of one ring, written by the process that has that side. Makes no garbage: halves are numbers of their own. */
export class FlowCounter {
  readonly #words: Int32Array;
  readonly #base: number;
  /** Where the pair begins that the next commit writes. */
  #next: number;
  #packetsLow = 0;
  #packetsHigh = 0;
  #bytesLow = 0;
  #bytesHigh = 0;

  /**
   * Goes on from the pair that agrees with `index`. Where none does, whoever used the ring before did not count: from now on what is
   * counted is what comes, and the bytes start at `index`, which is valid.
   */
  constructor(words: Int32Array, base: number, index: number, ringBytes: number) {
    this.#words = words;
    this.#base = base;
    const pair = pairAt(words, base, index, ringBytes);
    this.#next = pair === null ? base : other(base, pair);
    if (pair === null) {
      this.add(0, index);
      return;
    }
    this.#packetsLow = words[pair]! >>> 0;
    this.#packetsHigh = words[pair + 1]! >>> 0;
    this.#bytesLow = words[pair + 2]! >>> 0;
    this.#bytesHigh = words[pair + 3]! >>> 0;
  }

  /** Counts what is about to be published. Both below 2^32. */
  add(packets: number, bytes: number): void {
    const words = this.#words;
    const at = this.#next;
    this.#packetsLow += packets;
    if (this.#packetsLow >= TWO_32) {
      this.#packetsLow -= TWO_32;
      this.#packetsHigh++;
    }
    this.#bytesLow += bytes;
    if (this.#bytesLow >= TWO_32) {
      this.#bytesLow -= TWO_32;
      this.#bytesHigh++;
    }
    words[at] = this.#packetsLow;
    words[at + 1] = this.#packetsHigh;
    words[at + 2] = this.#bytesLow;
    words[at + 3] = this.#bytesHigh;
    this.#next = other(this.#base, at);
  }
}

function other(base: number, pair: number): number {
  return pair === base ? base + PAIR_WORDS : base;
}
