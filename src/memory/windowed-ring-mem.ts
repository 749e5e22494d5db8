import { CheckedRingMem } from './checked-ring-mem.ts';
import type { RingWindow } from './ring-window.ts';

/** What the memories over one {@link RingWindow} have in common. */
export abstract class WindowedRingMem extends CheckedRingMem {
  /** @internal */
  readonly window: RingWindow;

  readonly length: number;

  constructor(window: RingWindow) {
    super();
    this.window = window;
    this.length = window.length;
  }

  control(): Int32Array {
    return this.window.controlArray();
  }

  protected override readChecked(addr: number, data: Uint8Array): void {
    this.window.readBytes(addr, data);
  }

  protected override writeChecked(addr: number, data: Uint8Array): void {
    this.window.writeBytes(addr, data);
  }
}
