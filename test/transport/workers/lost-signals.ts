import type { Queue } from '../../../src/index.ts';

/** How long a signal may be on its way: its thread has stored, and does not get to run. */
const GRACE_MS = 3000;

/**
 * Counts signals that are lost. A wait looks every 500 ms, come what may, so that a lost signal is not a hang but only a delay: it is
 * found by asking, at each such look, whether this end is owed a signal that does not come.
 */
export class LostSignals {
  count = 0;
  readonly #queue: Queue;
  #seen = -1;

  constructor(queue: Queue) {
    this.#queue = queue;
    const { signal } = queue.channel;
    const listen = signal.listen.bind(signal);
    const waitSync = signal.waitSync.bind(signal);
    const look = signal.look.bind(signal);
    signal.listen = (seen, wake) => {
      this.#seen = seen;
      listen(seen, wake);
    };
    signal.waitSync = (seen, timeoutMs) => {
      this.#seen = seen;
      return waitSync(seen, timeoutMs);
    };
    signal.look = () => {
      this.#check(look);
      look();
    };
  }

  #check(look: () => void): void {
    const { signal } = this.#queue.channel;
    const end = performance.now() + GRACE_MS;
    while (signal.count() === this.#seen && this.#isOwedSignal()) {
      if (signal.peerState !== 'open') return;
      if (performance.now() < end) continue;
      // Whoever is terminated between what it published and the signal for it owes that for ever.
      look();
      if (signal.peerState === 'open') this.count++;
      return;
    }
  }

  /** The ring that is read is not empty although its reader sleeps, or the other one has the room that its writer asked for. */
  #isOwedSignal(): boolean {
    const { incoming, outgoing } = this.#queue.inspect();
    if (incoming.control.interruptMask === 0 && incoming.filledBytes! > 0) return true;
    const { pendingSendSize } = outgoing.control;
    return pendingSendSize > 0 && outgoing.freeBytes! >= pendingSendSize;
  }
}
