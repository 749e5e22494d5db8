import type { Duplex } from 'node:stream';
import { Signal, type SignalSource } from 'vmbus-ring';

const BYTE = Uint8Array.of(1);

/** Signals through a port of a virtual machine: a byte each way, for each of them. Who waits for one cannot block. */
export class PortSignal extends Signal {
  /** `null`: it wakes nobody else. */
  override readonly source: SignalSource | null = null;
  readonly #port: Duplex;
  #heard = 0;
  #wake: (() => void) | null = null;

  /** Takes the port for itself. When it is closed, the guest is gone. */
  constructor(port: Duplex) {
    super();
    this.#port = port;
    port.on('data', (bytes: Uint8Array) => {
      this.#heard += bytes.length;
      this.#callWake();
    });
    port.once('close', () => this.peerGone('died'));
  }

  /** Doorbells that the guest has rung. */
  get heard(): number {
    return this.#heard;
  }

  override notify(): void {
    if (this.#port.writable) this.#port.write(BYTE);
  }

  override count(): number {
    return this.#heard >>> 0;
  }

  override listen(seen: number, wake: () => void): void {
    this.#wake = wake;
    if (seen !== this.count()) queueMicrotask(() => this.#callWake());
  }

  override unlisten(): void {
    this.#wake = null;
  }

  override waitSync(): boolean {
    throw new TypeError('a doorbell is heard by the event loop: its thread cannot block');
  }

  override peerGone(how: 'closed' | 'died'): void {
    super.peerGone(how);
    queueMicrotask(() => this.#callWake());
  }

  #callWake(): void {
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  }
}
