import { PAGE_SIZE, type RingMem } from '../../src/index.ts';

/** What a user of the library writes to put a ring on memory of his own, as the documentation of `RingMem` has it. */
export class OwnRingMem implements RingMem {
  readonly length: number;
  readonly #control = new Int32Array(new SharedArrayBuffer(PAGE_SIZE), 0, 32);
  readonly #data: Uint8Array;

  constructor(length: number) {
    this.length = length;
    this.#data = new Uint8Array(new SharedArrayBuffer(length));
  }

  control(): Int32Array {
    return this.#control;
  }

  readAt(addr: number, data: Uint8Array): void {
    const start = addr % this.length;
    const end = start + data.length;
    if (end <= this.length) {
      data.set(this.#data.subarray(start, end));
      return;
    }
    data.set(this.#data.subarray(start));
    data.set(this.#data.subarray(0, end - this.length), this.length - start);
  }

  writeAt(addr: number, data: Uint8Array): void {
    const start = addr % this.length;
    const fitting = this.length - start;
    if (data.length <= fitting) {
      this.#data.set(data, start);
      return;
    }
    this.#data.set(data.subarray(0, fitting), start);
    this.#data.set(data.subarray(fitting));
  }
}
