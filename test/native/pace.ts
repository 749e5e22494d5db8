import { setImmediate } from 'node:timers/promises';
import type { PeerProcess } from './peer-process.ts';

/** Looks before this thread sleeps in between, and the event loop has its turn. */
const LOOKS = 100;

const SLEEP_MS = 0.05;

/** Longer than a peer has patience: it is to say why. */
const LIMIT_MS = 40_000;

/** Looks after a peer has ended: what it has published before is there at the first. */
const LAST_LOOKS = 3;

/** How one side waits for peers that say nothing: it looks again and again, and sees when they die. */
export class Pace {
  readonly #peers: readonly PeerProcess[];
  readonly #nothing = new Int32Array(new SharedArrayBuffer(4));
  #looks = 0;
  #looksSinceEnd = 0;
  #idleSince = 0;

  constructor(...peers: readonly PeerProcess[]) {
    this.#peers = peers;
  }

  /** There was something to do. */
  renew(): void {
    this.#looks = 0;
    this.#looksSinceEnd = 0;
  }

  /** There was nothing to do: returns after a moment. Throws, saying `what`, if that has gone on for too long. */
  async wait(what: string): Promise<void> {
    const look = this.#looks++;
    if (look < LOOKS) return;
    await this.turn();
    if (this.#peers.every((peer) => !peer.isRunning) && this.#looksSinceEnd++ === LAST_LOOKS) {
      throw this.#peers[0]!.failure(`has ended, and ${what}`);
    }
    if (look === LOOKS) this.#idleSince = performance.now();
    Atomics.wait(this.#nothing, 0, 0, SLEEP_MS);
    if (performance.now() - this.#idleSince > LIMIT_MS) {
      throw this.#peers[0]!.failure(`does nothing for ${LIMIT_MS / 1000} s, and ${what}`);
    }
  }

  /** Lets events come in. Throws if a peer has failed. */
  async turn(): Promise<void> {
    await setImmediate();
    for (const peer of this.#peers) peer.checkWell();
  }
}
