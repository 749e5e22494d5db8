import { isUnsigned } from '../wire/unsigned.ts';
import type { RingMem } from './ring-mem.ts';

/**
 * What the library's own memories have in common: each access is checked, then made as `read` and `write` say. An address
 * and a length are within the ring, mapped twice in a row, or a `RangeError` is thrown.
 */
export abstract class CheckedRingMem implements RingMem {
  abstract readonly length: number;

  abstract control(): Int32Array;

  readAt(addr: number, data: Uint8Array): void {
    this.#check(addr, data.length);
    this.readChecked(addr, data);
  }

  writeAt(addr: number, data: Uint8Array): void {
    this.#check(addr, data.length);
    this.writeChecked(addr, data);
  }

  readAligned(addr: number, data: Uint8Array): void {
    checkAligned(addr, data.length);
    this.readAt(addr, data);
  }

  writeAligned(addr: number, data: Uint8Array): void {
    checkAligned(addr, data.length);
    this.writeAt(addr, data);
  }

  /** @internal */
  protected abstract readChecked(addr: number, data: Uint8Array): void;

  /** @internal */
  protected abstract writeChecked(addr: number, data: Uint8Array): void;

  #check(addr: number, length: number): void {
    const size = this.length;
    if (!isUnsigned(addr) || addr + length > 2 * size) {
      throw new RangeError(`${length} bytes at ${addr} are outside a ring of ${size} bytes, mapped twice`);
    }
  }
}

function checkAligned(addr: number, length: number): void {
  if (addr % 8 !== 0 || length % 8 !== 0) {
    throw new RangeError(`address and length must be multiples of 8, got ${addr} and ${length}`);
  }
}
