import type { Channel } from './channel.ts';
import type { WaitOptions } from './wait-options.ts';

/** How long a writer sleeps at first, and at most, where nobody says that it would be signalled. */
const FIRST_POLL_MS = 1;
const LAST_POLL_MS = 64;

/**
 * The writers that wait for room in a ring, in line; and what the ring's reader is asked for on behalf of the first of them:
 * the pending send size.
 */
export class RoomRequest {
  readonly #channel: Channel;
  readonly #line: symbol[] = [];

  /** What the pending send size of the ring is. */
  #askedBytes = 0;

  #pollMs = FIRST_POLL_MS;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  /** Whether nobody waits. */
  get isFree(): boolean {
    return this.#line.length === 0;
  }

  /** Calls `put` each time when there are `bytes()` free and it is this one's turn, until it returns true. */
  wait(bytes: () => number, options: WaitOptions, put: () => boolean): Promise<void> {
    const { waiters, counters } = this.#channel;
    // Thrown here, what can never be sent does not stand in line.
    const needed = bytes();
    this.#channel.outgoing.canWrite(this.#channel.writeOffset, needed);
    counters.stalls++;
    const place = Symbol('place in line');
    this.#line.push(place);
    const attempt = (arm: boolean): true | undefined => this.#attempt(place, needed, arm, put);
    this.#schedulePoll();
    return waiters.wait(attempt, () => this.#leave(place), options).then(() => {});
  }

  /** The same, blocking the thread. */
  waitSync(bytes: () => number, timeoutMs: number, put: () => boolean): void {
    const { waiters, counters } = this.#channel;
    const needed = bytes();
    this.#channel.outgoing.canWrite(this.#channel.writeOffset, needed);
    counters.stalls++;
    const place = Symbol('place in line');
    this.#line.push(place);
    const attempt = (arm: boolean): true | undefined => {
      // Those before it in line are asynchronous: nobody else lets them go on while this thread blocks.
      if (this.#line[0] !== place) waiters.poke();
      return this.#attempt(place, needed, arm, put);
    };
    waiters.waitSync(
      attempt,
      () => this.#leave(place),
      timeoutMs,
      () => this.#nextPollMs(),
    );
  }

  #attempt(place: symbol, bytes: number, arm: boolean, put: () => boolean): true | undefined {
    if (this.#line[0] !== place) return undefined;
    const { signal } = this.#channel;
    if (signal.isPeerGone()) throw signal.peerError();
    try {
      if (!this.#hasRoom(bytes, arm) || !put()) return undefined;
    } catch (error) {
      throw this.#channel.failUnlessGone(error);
    }
    this.#leave(place);
    return true;
  }

  /** Asks the reader, then looks: the pending send size is stored before `out` is read again. */
  #hasRoom(bytes: number, arm: boolean): boolean {
    const { outgoing, writeOffset } = this.#channel;
    if (outgoing.canWrite(writeOffset, bytes)) return true;
    if (!arm) return false;
    // A quarter of the ring at least, so that the two sides do not wake each other for each single packet.
    const asked = Math.max(bytes, outgoing.inner.size / 4);
    if (this.#askedBytes !== asked) {
      outgoing.setPendingSendSize(asked);
      this.#askedBytes = asked;
    }
    return outgoing.canWrite(writeOffset, bytes);
  }

  /** Whoever leaves takes the request back; who is next in line makes its own. */
  #leave(place: symbol): void {
    const at = this.#line.indexOf(place);
    if (at < 0) return;
    this.#line.splice(at, 1);
    if (at !== 0) return;
    this.#pollMs = FIRST_POLL_MS;
    if (this.#askedBytes !== 0) {
      this.#askedBytes = 0;
      if (!this.#channel.isClosed) this.#channel.outgoing.setPendingSendSize(0);
    }
    if (this.#line.length === 0) clearTimeout(this.#timer);
    else if (!this.#channel.isClosed) this.#channel.waiters.poke();
  }

  /** Where the peer does not say that it will signal, looks by time as well. */
  #schedulePoll(): void {
    if (this.#channel.incoming.supportsPendingSendSize()) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.isFree || this.#channel.isClosed) return;
      this.#channel.waiters.poke();
      if (!this.isFree) this.#schedulePoll();
    }, this.#nextPollMs());
  }

  #nextPollMs(): number {
    if (this.#channel.incoming.supportsPendingSendSize()) return Number.POSITIVE_INFINITY;
    this.#channel.counters.polls++;
    const pollMs = this.#pollMs;
    this.#pollMs = Math.min(2 * pollMs, LAST_POLL_MS);
    return pollMs;
  }
}
