import { RING_BYTES } from './layout.ts';

/** The data of one ring, copied when they are first stored to: most moments differ in nothing but words. */
export class RingData {
  #bytes: Uint8Array;
  #isShared = false;

  constructor(from: RingData | null) {
    if (from === null) {
      this.#bytes = new Uint8Array(RING_BYTES);
      return;
    }
    this.#bytes = from.#bytes;
    this.#isShared = true;
    from.#isShared = true;
  }

  /** Little-endian, `bytes` of them: 1, 4 or 8, the last as a bigint. */
  load(offset: number, bytes: number): number | bigint {
    if (bytes === 1) return this.#bytes[offset]!;
    const view = new DataView(this.#bytes.buffer);
    return bytes === 4 ? view.getInt32(offset, true) : view.getBigUint64(offset, true);
  }

  store(offset: number, bytes: number, value: number | bigint): void {
    if (this.#isShared) {
      this.#bytes = this.#bytes.slice();
      this.#isShared = false;
    }
    const view = new DataView(this.#bytes.buffer);
    if (bytes === 1) this.#bytes[offset] = Number(value);
    else if (bytes === 4) view.setInt32(offset, Number(value), true);
    else view.setBigUint64(offset, BigInt(value), true);
  }
}
