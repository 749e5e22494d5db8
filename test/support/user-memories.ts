import assert from 'node:assert/strict';
import { CONTROL_WORD_COUNT, type PagedMemory, type RingMem } from '../../src/index.ts';

/** A user's own ring memory, as plain as can be: one byte after the other, over pages wherever they are. */
export class UserRingMem implements RingMem {
  readonly length: number;
  readonly #control: Uint8Array;
  readonly #data: readonly Uint8Array[];

  /** The control page, then the data pages. */
  constructor(pages: readonly Uint8Array[]) {
    const [control, ...data] = pages;
    assert.ok(control !== undefined);
    this.#control = control;
    this.#data = data;
    this.length = data.length * 4096;
  }

  control(): Int32Array {
    return new Int32Array(this.#control.buffer, this.#control.byteOffset, CONTROL_WORD_COUNT);
  }

  readAt(addr: number, data: Uint8Array): void {
    this.#check(addr, data.length);
    for (let i = 0; i < data.length; i++) {
      const at = (addr + i) % this.length;
      data[i] = this.#data[Math.floor(at / 4096)]![at % 4096]!;
    }
  }

  writeAt(addr: number, data: Uint8Array): void {
    this.#check(addr, data.length);
    for (let i = 0; i < data.length; i++) {
      const at = (addr + i) % this.length;
      this.#data[Math.floor(at / 4096)]![at % 4096] = data[i]!;
    }
  }

  /** What the interface promises to those who implement it. */
  #check(addr: number, length: number): void {
    assert.ok(Number.isSafeInteger(addr) && addr >= 0 && addr < 2 * this.length, `address ${addr}`);
    assert.ok(addr + length <= 2 * this.length, `${length} bytes at ${addr}`);
  }
}

/** The same with the optional methods, which insist on what they are promised. */
export class UserAlignedRingMem extends UserRingMem {
  readAligned(addr: number, data: Uint8Array): void {
    assert.equal((addr | data.length) % 8, 0, `${data.length} bytes at ${addr}`);
    this.readAt(addr, data);
  }

  writeAligned(addr: number, data: Uint8Array): void {
    assert.equal((addr | data.length) % 8, 0, `${data.length} bytes at ${addr}`);
    this.writeAt(addr, data);
  }
}

/** A user's own pages. */
export class UserPagedMemory implements PagedMemory {
  readonly #control: Uint8Array;
  readonly #data: readonly Uint8Array[];

  /** The control page, then the data pages. */
  constructor(pages: readonly Uint8Array[]) {
    const [control, ...data] = pages;
    assert.ok(control !== undefined);
    this.#control = control;
    this.#data = data;
  }

  control(): Uint8Array {
    return this.#control;
  }

  dataPageCount(): number {
    return this.#data.length;
  }

  data(page: number): Uint8Array {
    assert.ok(Number.isSafeInteger(page) && page >= 0 && page < 2 * this.#data.length, `page ${page}`);
    return this.#data[page % this.#data.length]!;
  }
}
