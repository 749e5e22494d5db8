import type { RingMem } from './ring-mem.ts';
import type { RingWindow } from './ring-window.ts';

/** Throws a RangeError unless `length` bytes at `addr` are within a ring of `size` bytes, mapped twice in a row. */
export function checkAccess(size: number, addr: number, length: number): void {
  if (!Number.isSafeInteger(addr) || addr < 0 || addr + length > 2 * size) {
    throw new RangeError(`${length} bytes at ${addr} are outside a ring of ${size} bytes, mapped twice`);
  }
}

/** Throws a RangeError unless both are multiples of 8. */
export function checkAligned(addr: number, length: number): void {
  if (addr % 8 !== 0 || length % 8 !== 0) {
    throw new RangeError(`address and length must be multiples of 8, got ${addr} and ${length}`);
  }
}

/** What the memories over one {@link RingWindow} have in common. */
export abstract class WindowedRingMem implements RingMem {
  /** @internal */
  readonly window: RingWindow;

  constructor(window: RingWindow) {
    this.window = window;
  }

  get length(): number {
    return this.window.length;
  }

  control(): Int32Array {
    return this.window.controlArray();
  }

  readAt(addr: number, data: Uint8Array): void {
    checkAccess(this.length, addr, data.length);
    this.window.readBytes(addr, data);
  }

  writeAt(addr: number, data: Uint8Array): void {
    checkAccess(this.length, addr, data.length);
    this.window.writeBytes(addr, data);
  }

  readAligned(addr: number, data: Uint8Array): void {
    checkAligned(addr, data.length);
    this.readAt(addr, data);
  }

  writeAligned(addr: number, data: Uint8Array): void {
    checkAligned(addr, data.length);
    this.writeAt(addr, data);
  }
}
