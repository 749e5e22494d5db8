import { RingBuffer } from 'ringbuf.js';
import { RING_BYTES } from './memories.ts';
import { type Exchange, payload } from './verify.ts';

/** What is used of it; the types that it ships do not describe its constructor. */
interface ByteRing {
  push(bytes: Uint8Array): number;
  pop(bytes: Uint8Array): number;
}
const ByteRing = RingBuffer as unknown as new (storage: SharedArrayBuffer, type: typeof Uint8Array) => ByteRing;
const storageFor = RingBuffer.getStorageForCapacity;

/**
 * The rival: the same bytes through ringbuf.js, by its own calls. It carries bytes, not packets: no header, no footer, no
 * lengths. A push is published at once, so a batch of it is as many of them.
 */
export class RingbufExchange implements Exchange {
  readonly #ring: ByteRing;
  readonly source: Uint8Array;
  readonly target: Uint8Array;
  readonly #batch: number;

  constructor(payloadBytes: number, batch: number) {
    this.#ring = new ByteRing(storageFor(RING_BYTES, Uint8Array), Uint8Array);
    this.source = payload(payloadBytes);
    this.target = new Uint8Array(payloadBytes);
    this.#batch = batch;
  }

  run(): void {
    for (let i = 0; i < this.#batch; i++) this.#ring.push(this.source);
    for (let i = 0; i < this.#batch; i++) this.#ring.pop(this.target);
  }
}
