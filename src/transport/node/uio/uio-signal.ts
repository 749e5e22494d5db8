import { ChannelError } from '../../../channel/channel-error.ts';
import { LOOK_INTERVAL_MS, Signal, type SignalSource } from '../../../channel/signal.ts';
import { PendingWake } from '../../pending-wake.ts';
import { onThreadEnd } from '../../thread-end.ts';
import { longestSleepMs } from '../ffi/sleep-limits.ts';
import type { HostDoorbell } from './host-doorbell.ts';
import type { UioDevice } from './uio-device.ts';

/** How often the device is looked at while nobody waits, or may not keep the process alive. */
const WATCH_MS = 20;

/** Who is told of the ends of a device. */
export interface UioSignalOwner {
  /** The device is gone: called once. */
  onGone(error: ChannelError): void;
  /** The signal was closed: nothing reads or writes the rings any more. Called once. */
  onClosing(): void;
  /** Nothing looks at the device any more either: called once, after that. */
  onClosed(): void;
}

/**
 * Signals to the host through its doorbell, and from the host as interrupts that the device counts.
 *
 * An interrupt that is not yet collected waits in the device and ends the next wait at once, so none is lost, although `count` does
 * not ask.
 */
export class UioSignal extends Signal {
  /** `null`: a device wakes nobody else. */
  override readonly source: SignalSource | null = null;
  /** Most kernels mask the ring with each interrupt, at any moment. */
  override readonly carrierMasks = true;
  readonly #device: UioDevice;
  readonly #doorbell: HostDoorbell;
  readonly #owner: UioSignalOwner;
  readonly #watch: ReturnType<typeof setInterval>;
  readonly #forgetThreadEnd: () => void;
  readonly #wake = new PendingWake();
  #count = 0;
  #polling = false;
  #keepsAlive = true;
  #closed = false;
  #error: ChannelError | null = null;

  constructor(device: UioDevice, doorbell: HostDoorbell, owner: UioSignalOwner) {
    super();
    this.#device = device;
    this.#doorbell = doorbell;
    this.#owner = owner;
    // A device that goes away takes its memory along, whether somebody waits or not.
    this.#watch = setInterval(() => this.#collect(), WATCH_MS).unref();
    // A thread of the pool that waits holds up the end of the process.
    this.#forgetThreadEnd = onThreadEnd(() => this.#device.wake());
  }

  override notify(): void {
    // Closing the device tells the host.
    if (this.#error !== null || this.state !== 'open') return;
    try {
      this.#doorbell.ring();
    } catch (error) {
      this.#error = goneError(error);
      // Not in the middle of a commit.
      queueMicrotask(() => this.#end());
    }
  }

  override count(): number {
    return this.#count;
  }

  override listen(seen: number, wake: () => void): void {
    this.#wake.set(wake);
    if (seen !== this.#count) this.#wake.schedule();
    else this.#poll();
  }

  /** A poll that is under way goes on for a turn: the next wait may want it. */
  override unlisten(): void {
    if (!this.#wake.clear()) return;
    if (!this.#polling) return;
    setImmediate(() => {
      if (this.#wake.listener === null && this.#polling) this.#device.wake();
    });
  }

  override waitSync(seen: number, timeoutMs: number): boolean {
    if (seen !== this.#count) return true;
    if (!this.#device.canBlock) throw new TypeError('this device cannot be waited for by blocking the thread');
    if (this.#error === null && !this.#closed) {
      this.#device.waitSync(Math.min(timeoutMs, LOOK_INTERVAL_MS));
      this.#collect();
    }
    // Its memory is gone: whoever blocks must not look at the ring again.
    if (this.#error !== null) {
      this.#end();
      throw this.#error;
    }
    return seen !== this.#count;
  }

  override look(): void {
    this.#collect();
  }

  override ref(): void {
    this.#keepsAlive = true;
    if (this.#wake.listener !== null) this.#poll();
  }

  override unref(): void {
    this.#keepsAlive = false;
    if (this.#polling) this.#device.wake();
  }

  override peerError(): ChannelError {
    return this.#error ?? super.peerError();
  }

  override peerGone(how: 'closed' | 'died'): void {
    super.peerGone(how);
    this.#wake.schedule();
  }

  override close(): void {
    super.close();
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#watch);
    try {
      if (this.#error === null) this.#device.write(0);
    } catch {
      // It is gone: there is nothing to disable.
    }
    this.#owner.onClosing();
    if (this.#polling) this.#device.wake();
    else this.#release();
  }

  /** The descriptor stays open until nobody polls it: its number may be another file's at once. */
  #release(): void {
    this.#forgetThreadEnd();
    this.#owner.onClosed();
  }

  #poll(): void {
    if (this.#polling || this.#closed || !this.#keepsAlive) return;
    this.#polling = true;
    this.#device.wait(longestSleepMs(), () => {
      this.#polling = false;
      if (this.#closed) return this.#release();
      this.#collect();
      if (this.#wake.listener !== null) this.#poll();
    });
  }

  #collect(): void {
    if (this.#closed || this.#error !== null) return;
    try {
      const count = this.#device.read();
      if (count === null || count >>> 0 === this.#count) return;
      this.#count = count >>> 0;
      this.#wake.schedule();
    } catch (error) {
      this.#error = goneError(error);
      this.#end();
    }
  }

  #end(): void {
    if (this.#error === null || this.isPeerGone()) return;
    this.peerGone('died');
    this.#owner.onGone(this.#error);
  }
}

function goneError(cause: unknown): ChannelError {
  const { code } = cause as NodeJS.ErrnoException;
  return new ChannelError('PeerDied', `the device is gone (${code ?? String(cause)})`, { cause });
}
