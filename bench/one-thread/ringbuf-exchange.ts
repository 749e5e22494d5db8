import { type ByteRing, byteRingStorage, openByteRing } from '../jobs/byte-ring.ts';
import { type Exchange, ownArrays, verifyArrays } from './exchange.ts';
import { RING_BYTES } from './memories.ts';

/** A rival: the same bytes through ringbuf.js, which carries no packets. A push is published at once: a batch of it is as many of them. */
export class RingbufExchange implements Exchange {
  readonly #ring: ByteRing = openByteRing(byteRingStorage(RING_BYTES));
  readonly #arrays: ReturnType<typeof ownArrays>;
  readonly #batch: number;

  constructor(payloadBytes: number, batch: number) {
    this.#arrays = ownArrays(payloadBytes);
    this.#batch = batch;
  }

  open(): void {}

  run(times: number): void {
    const { source, target } = this.#arrays;
    for (; times > 0; times--) {
      for (let i = 0; i < this.#batch; i++) this.#ring.push(source);
      for (let i = 0; i < this.#batch; i++) this.#ring.pop(target);
    }
  }

  verify(number: number): void {
    verifyArrays(this.#arrays, number, (times) => this.run(times));
  }
}
