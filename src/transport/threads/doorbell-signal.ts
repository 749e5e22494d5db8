import { takeTurn } from '../../channel/event-loop-turn.ts';
import { LOOK_INTERVAL_MS, Signal } from '../../channel/signal.ts';
import { type Doorbell, ring } from './doorbell.ts';
import type { Lives } from './liveness/lives.ts';
import type { PeerDoorbell } from './peer-doorbell.ts';

/** After this many wake-ups, one comes with a turn of the event loop. */
const WAKES_A_TURN = 256;

/** Signals between threads: each end has a slot at a doorbell, its own or one that it shares, and rings the peer's. */
export class DoorbellSignal extends Signal {
  override readonly source: Doorbell;
  readonly #slot: number;
  readonly #peer: PeerDoorbell;
  readonly #lives: Lives;
  #count = 0;
  #wake: (() => void) | null = null;
  #due = false;
  #wakes = 0;
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
    if (this.#wake === null) this.source.hold(this.#keepsAlive);
    this.#wake = wake;
    this.source.collect();
    if (seen !== this.#count) this.#schedule();
  }

  override unlisten(): void {
    if (this.#wake === null) return;
    this.#wake = null;
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
    if (this.#wake !== null) this.#schedule();
  }

  /** @internal */
  rung(): void {
    this.#count = (this.#count + 1) >>> 0;
    if (this.#wake !== null) this.#schedule();
  }

  /** @internal */
  tick(): void {
    if (this.#wake !== null) this.#schedule();
  }

  /** Not at once: the rings of other channels may be collected in the middle of what one of them does. */
  #schedule(): void {
    if (this.#due) return;
    this.#due = true;
    const wake = (): void => {
      this.#due = false;
      this.#wake?.();
    };
    // A peer that rings all the time would otherwise let no timer and no I/O of this thread have a turn.
    if (++this.#wakes % WAKES_A_TURN === 0) void takeTurn().then(wake);
    else queueMicrotask(wake);
  }

  #setKeepsAlive(keepsAlive: boolean): void {
    if (keepsAlive === this.#keepsAlive) return;
    if (this.#wake !== null) {
      this.source.hold(keepsAlive);
      this.source.drop(this.#keepsAlive);
    }
    this.#keepsAlive = keepsAlive;
  }
}
