import { LOOK_INTERVAL_MS, Signal } from '../../channel/signal.ts';
import { PendingWake } from '../pending-wake.ts';
import { type Doorbell, ring } from './doorbell.ts';
import type { Lives } from './liveness/lives.ts';
import type { PeerDoorbell } from './peer-doorbell.ts';

/** Signals between threads: each end has a slot at a doorbell, its own or one that it shares, and rings the peer's. */
export class DoorbellSignal extends Signal {
  override readonly source: Doorbell;
  readonly #slot: number;
  readonly #peer: PeerDoorbell;
  readonly #lives: Lives;
  #count = 0;
  readonly #wake = new PendingWake();
  #keepsAlive = true;

  /** `lives` says whether the peer's thread has ended, as far as can be told. */
  constructor(states: Int32Array, own: 0 | 1, doorbell: Doorbell, slot: number, peer: PeerDoorbell, lives: Lives) {
    super(states, own);
    this.source = doorbell;
    this.#slot = slot;
    this.#peer = peer;
    this.#lives = lives;
    doorbell.attach(slot, this);
  }

  override notify(): void {
    ring(this.#peer.words, this.#peer.slot);
  }

  override count(): number {
    this.source.collect();
    return this.#count;
  }

  override listen(seen: number, wake: () => void): void {
    if (this.#wake.listener === null) this.source.hold(this.#keepsAlive);
    this.#wake.set(wake);
    this.source.collect();
    if (seen !== this.#count) this.#wake.schedule();
  }

  override unlisten(): void {
    if (!this.#wake.clear()) return;
    this.source.drop(this.#keepsAlive);
  }

  override waitSync(seen: number, timeoutMs: number): boolean {
    this.#lives.blocks();
    try {
      return this.#waitSync(seen, Math.min(timeoutMs, LOOK_INTERVAL_MS));
    } finally {
      this.#lives.runs();
    }
  }

  #waitSync(seen: number, timeoutMs: number): boolean {
    const { source } = this;
    const deadline = performance.now() + timeoutMs;
    for (let leftMs = timeoutMs; ; leftMs = deadline - performance.now()) {
      // Before the bits are collected: a ring after this ends the wait at once.
      const rings = source.count();
      if (this.count() !== seen) return true;
      if (leftMs <= 0 || !source.waitSync(rings, leftMs)) return this.count() !== seen;
    }
  }

  override look(): void {
    if (!this.isPeerGone() && this.#lives.isPeerDead()) this.peerGone('died');
  }

  override ref(): void {
    this.#setKeepsAlive(true);
  }

  override unref(): void {
    this.#setKeepsAlive(false);
  }

  override close(): void {
    super.close();
    this.source.detach(this.#slot, this);
    this.#lives.end();
  }

  override peerGone(how: 'closed' | 'died'): void {
    super.peerGone(how);
    this.#wake.schedule();
  }

  /** @internal */
  rung(): void {
    this.#count = (this.#count + 1) >>> 0;
    this.onCounted?.();
    this.#wake.schedule();
  }

  /** @internal */
  tick(): void {
    this.#wake.schedule();
  }

  #setKeepsAlive(keepsAlive: boolean): void {
    if (keepsAlive === this.#keepsAlive) return;
    if (this.#wake.listener !== null) {
      this.source.hold(keepsAlive);
      this.source.drop(this.#keepsAlive);
    }
    this.#keepsAlive = keepsAlive;
  }
}
