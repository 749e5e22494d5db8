import { checkBytes } from './byte-arrays.ts';
import { checkWithinRing } from './layout-check.ts';
import type { RingMem } from './ring-mem.ts';

/**
 * What the library's own memories have in common: each access is checked, then made as `readChecked` and `writeChecked` say. An address
 * and a length are within the ring, mapped twice in a row, or a `RangeError` is thrown.
 */
export abstract class CheckedRingMem implements RingMem {
  /** Bytes of data: a non-zero multiple of 4096, at most 1 GiB. */
  abstract readonly length: number;

  /** The first 32 words of the control page, in place. */
  abstract control(): Int32Array;

  /** Fills `data` from ring offset `addr` on. Throws a `RangeError` if it ends behind `2 * length`. */
  readAt(addr: number, data: Uint8Array): void {
    this.#check(addr, data);
    this.readChecked(addr, data);
  }

  /** Copies `data` to ring offset `addr` on. Throws a `RangeError` if it ends behind `2 * length`. */
  writeAt(addr: number, data: Uint8Array): void {
    this.#check(addr, data);
    this.writeChecked(addr, data);
  }

  /** As `readAt`, where `addr` and `data.length` are multiples of 8, else a `RangeError`. */
  readAligned(addr: number, data: Uint8Array): void {
    checkAligned(addr, data.length);
    this.readAt(addr, data);
  }

  /** As `writeAt`, where `addr` and `data.length` are multiples of 8, else a `RangeError`. */
  writeAligned(addr: number, data: Uint8Array): void {
    checkAligned(addr, data.length);
    this.writeAt(addr, data);
  }

  /** @internal */
  protected abstract readChecked(addr: number, data: Uint8Array): void;

  /** @internal */
  protected abstract writeChecked(addr: number, data: Uint8Array): void;

  #check(addr: number, data: Uint8Array): void {
    checkBytes(data);
    checkWithinRing(this.length, addr, data.length);
  }
}

function checkAligned(addr: number, length: number): void {
  if (addr % 8 !== 0 || length % 8 !== 0) {
    throw new RangeError(`address and length must be multiples of 8, got ${addr} and ${length}`);
  }
}
