import type { MessagePort } from 'node:worker_threads';
import type { ChannelHandle } from '../../src/index.ts';

/** How messages get from one thread to another. */
export const WAYS = ['queue, blocking', 'queue, asynchronous', 'pipe, blocking', 'postMessage'] as const;
export type Way = (typeof WAYS)[number];

/** The way that the others are compared with. */
export const RIVAL: Way = 'postMessage';

/** What one of the two threads does. */
export type Job = 'send' | 'receive' | 'ping' | 'pong';

/** A job, as it is posted to the thread that does it. */
export interface Task {
  readonly way: Way;
  readonly job: Job;
  /** One end of what connects the two threads. */
  readonly link: ChannelHandle | MessagePort;
  readonly payloadBytes: number;
  /** Messages that are sent together. */
  readonly batch: number;
  /** Messages in all: a multiple of `batch`. */
  readonly count: number;
  /** Whether every byte of what arrives is checked. */
  readonly verify: boolean;
}

/** When a job began and ended, in milliseconds on a clock that all threads of the process share. */
export interface Timing {
  readonly beganMs: number;
  readonly endedMs: number;
}

export function now(): number {
  return performance.timeOrigin + performance.now();
}

/** Messages numbered from 0: the number, then bytes that depend on it. */
export class Messages {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #words: Uint32Array<ArrayBuffer>;

  constructor(payloadBytes: number) {
    this.bytes = new Uint8Array(payloadBytes);
    this.#words = new Uint32Array(this.bytes.buffer);
    this.#words.fill(0x5a5a_5a5a);
  }

  /** Makes `bytes` the message with this number. */
  set(number: number): Uint8Array<ArrayBuffer> {
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
