import { CheckedRingMem } from './checked-ring-mem.ts';
import type { RingWindow } from './ring-window.ts';

/** What the memories over one {@link RingWindow} have in common. */
export abstract class WindowedRingMem extends CheckedRingMem {
  /** @internal */
  readonly window: RingWindow;

  /** Bytes of data: a non-zero multiple of 4096, at most 1 GiB. */
  readonly length: number;

  constructor(window: RingWindow) {
    super();
    this.window = window;
    this.length = window.length;
  }

  /** The first 32 words of the control page, in place. Throws where the buffer was detached or cut. */
  control(): Int32Array {
    return this.window.controlArray();
  }

  /** @internal */
  protected override readChecked(addr: number, data: Uint8Array): void {
    this.window.readBytes(addr, data);
  }

  /** @internal */
  protected override writeChecked(addr: number, data: Uint8Array): void {
    this.window.writeBytes(addr, data);
  }
}
