/** What one of the two sides does. */
export type Job = 'send' | 'receive' | 'ping' | 'pong';

/** A job, whatever the messages go through. */
export interface Work {
  readonly job: Job;
  readonly payloadBytes: number;
  /** Messages that are sent together. */
  readonly batch: number;
  /** Messages in all: a multiple of `batch`. */
  readonly count: number;
  /** Whether every byte of what arrives is checked. */
  readonly verify: boolean;
}

/** When a job began and ended, in milliseconds on a clock that all threads and processes share. */
export interface Timing {
  readonly beganMs: number;
  readonly endedMs: number;
}

export function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Messages numbered from 0: the number, then bytes that depend on it. */
export class Messages<B extends ArrayBufferLike = ArrayBuffer> {
  readonly bytes: Uint8Array<B>;
  readonly #words: Uint32Array;

  /** In an array of its own, or in `bytes`. */
  constructor(payloadBytes: number, bytes: Uint8Array<B> = new Uint8Array(payloadBytes) as Uint8Array<B>) {
    this.bytes = bytes;
    this.#words = new Uint32Array(bytes.buffer, bytes.byteOffset, payloadBytes / 4);
    this.#words.fill(0x5a5a_5a5a);
  }

  /** Makes `bytes` the message with this number. */
  set(number: number): Uint8Array<B> {
    this.#words[0] = number;
    this.#words[this.#words.length - 1] = ~number;
    return this.bytes;
  }

  /** Throws unless `bytes` is the message with this number. */
  check(bytes: Uint8Array, number: number): void {
    this.set(number);
    if (Buffer.compare(bytes, this.bytes) !== 0) throw new Error(`message ${number} is not what was sent`);
  }
}
