import { checkBytes } from './byte-arrays.ts';
import { checkAligned, checkWithinRing } from './layout-check.ts';
import type { RingMem } from './ring-mem.ts';
import type { RingWindow } from './ring-window.ts';

/**
 * What the library's own memories have in common: each access is checked, then made through the window. An address and a length are
 * within the ring, mapped twice in a row, or a `RangeError` is thrown.
 */
export abstract class CheckedRingMem implements RingMem {
  /** Bytes of data: a non-zero multiple of 4096, at most 1 GiB. */
  readonly length: number;

  /** `null` where there is none: then the memory overrides all that would go through it. @internal */
  readonly window: RingWindow | null;

  constructor(length: number, window: RingWindow | null) {
    this.length = length;
    this.window = window;
  }

  /** The first 32 words of the control page, in place. Throws where the buffer was detached or cut. */
  control(): Int32Array {
    return this.window!.controlArray();
  }

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
    checkAligned('addr', addr);
    checkAligned('data.length', data.length);
    this.readAt(addr, data);
  }

  /** As `writeAt`, where `addr` and `data.length` are multiples of 8, else a `RangeError`. */
  writeAligned(addr: number, data: Uint8Array): void {
    checkAligned('addr', addr);
    checkAligned('data.length', data.length);
    this.writeAt(addr, data);
  }

  /** @internal */
  protected readChecked(addr: number, data: Uint8Array): void {
    this.window!.readBytes(addr, data);
  }

  /** @internal */
  protected writeChecked(addr: number, data: Uint8Array): void {
    this.window!.writeBytes(addr, data);
  }

  #check(addr: number, data: Uint8Array): void {
    checkBytes(data);
    checkWithinRing(this.length, addr, data.length);
  }
}
