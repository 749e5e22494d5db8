import { KeepAlive } from '../../keep-alive.ts';

/** Calls something again and again while anybody holds it; keeps the process alive while one of them wants that. */
export class HeldTimer {
  readonly #firstMs: number;
  readonly #timer: KeepAlive;
  #keepsAlive = false;

  constructor(firstMs: number, tick: () => void) {
    this.#firstMs = firstMs;
    this.#timer = new KeepAlive(firstMs, tick);
  }

  get intervalMs(): number {
    return this.#timer.intervalMs;
  }

  /** A change counts from the next call on. */
  set intervalMs(intervalMs: number) {
    this.#timer.intervalMs = intervalMs;
  }

  /** Those who hold it from now on. */
  hold(holders: readonly { readonly keepsAlive: boolean }[]): void {
    const keepsAlive = holders.some((holder) => holder.keepsAlive);
    if (this.#timer.isHeld) {
      if (holders.length > 0 && keepsAlive === this.#keepsAlive) return;
      this.#timer.dropAll();
    } else {
      this.#timer.intervalMs = this.#firstMs;
    }
    this.#keepsAlive = keepsAlive;
    if (holders.length > 0) this.#timer.hold(keepsAlive);
  }
}
