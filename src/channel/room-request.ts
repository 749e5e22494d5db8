import { ChannelError } from './channel-error.ts';
import type { Channel } from './channel.ts';
import { letGo } from './timer.ts';
import type { WaitOptions } from './wait-options.ts';

/** How long a writer sleeps at first, and at most, where nobody says that it would be signalled. */
const FIRST_POLL_MS = 1;
const LAST_POLL_MS = 64;

/** Writers that may stand in line: what is bound is memory, and what piles up here is lost anyway. */
const MAXIMUM_WAITERS = 1024;

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

  /**
   * Calls `put` each time when there are `bytes()` free and it is this one's turn, until it returns true. `isBounded`: not where more
   * wait already than may.
   */
  wait(bytes: () => number, options: WaitOptions, put: () => boolean, isBounded: boolean): Promise<void> {
    const place = this.#enter(bytes, isBounded);
    const attempt = (arm: boolean): true | undefined => this.#attempt(place, bytes, arm, put) ?? this.#schedulePoll();
    return this.#channel.waiters.wait(attempt, () => this.#leave(place), options).then(() => {});
  }

  /** The same, blocking the thread. */
  waitSync(bytes: () => number, timeoutMs: number, put: () => boolean): void {
    const place = this.#enter(bytes);
    this.#channel.waiters.waitSync(
      (arm) => this.#attempt(place, bytes, arm, put),
      () => this.#leave(place),
      timeoutMs,
      () => this.#isSignalDue(),
      () => this.#nextSleepMs(),
    );
  }

  /** A place in line, but for what can never be sent. */
  #enter(bytes: () => number, isBounded = true): symbol {
    const { outgoing, writeOffset, counters } = this.#channel;
    if (isBounded && this.#line.length >= MAXIMUM_WAITERS) throw new ChannelError('TooManyWaiters');
    const needed = bytes();
    try {
      outgoing.canWrite(writeOffset, needed);
    } catch (error) {
      throw this.#channel.failUnlessGone(error);
    }
    counters.stalls++;
    const place = Symbol('place in line');
    this.#line.push(place);
    return place;
  }

  #attempt(place: symbol, bytes: () => number, arm: boolean, put: () => boolean): true | undefined {
    const channel = this.#channel;
    channel.check();
    if (this.#line[0] !== place) return undefined;
    const { signal } = channel;
    if (signal.isPeerGone()) throw signal.peerError();
    try {
      // What was put in part may need less room for the rest.
      while (this.#hasRoom(bytes(), arm)) {
        const before = channel.writeOffset.nextIn;
        if (put()) {
          this.#leave(place);
          return true;
        }
        if (channel.writeOffset.nextIn === before)
          throw new TypeError('the packet is not the one that was to be written');
      }
    } catch (error) {
      throw channel.failUnlessGone(error);
    }
    return undefined;
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
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#pollMs = FIRST_POLL_MS;
    this.#withdraw();
    if (!this.isFree && !this.#channel.isClosed) this.#channel.waiters.poke();
  }

  #withdraw(): void {
    if (this.#askedBytes === 0) return;
    this.#askedBytes = 0;
    try {
      this.#channel.outgoing.setPendingSendSize(0);
    } catch (error) {
      // Nobody could catch it: this may be called by a timer or an abort. All others that wait hear of it.
      this.#channel.failUnlessGone(error);
    }
  }

  /** Whether there is as much room as was asked for. Less than that may do, and brings no signal. */
  #isSignalDue(): boolean {
    const { outgoing, writeOffset } = this.#channel;
    try {
      return this.#askedBytes !== 0 && this.#isSignalled() && outgoing.canWrite(writeOffset, this.#askedBytes);
    } catch (error) {
      throw this.#channel.failUnlessGone(error);
    }
  }

  /** Where the peer does not say that it will signal, looks by time as well. */
  #schedulePoll(): undefined {
    if (this.#timer !== undefined || this.isFree || this.#isSignalled()) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#channel.counters.polls++;
      this.#channel.waiters.poke();
    }, this.#nextPollMs());
    if (!this.#channel.waiters.keepsAlive) letGo(this.#timer);
  }

  /** How long a writer that blocks may sleep. */
  #nextSleepMs(): number {
    if (this.#isSignalled()) return Number.POSITIVE_INFINITY;
    this.#channel.counters.polls++;
    return this.#nextPollMs();
  }

  #nextPollMs(): number {
    const pollMs = this.#pollMs;
    this.#pollMs = Math.min(2 * pollMs, LAST_POLL_MS);
    return pollMs;
  }

  #isSignalled(): boolean {
    try {
      return this.#channel.incoming.supportsPendingSendSize();
    } catch (error) {
      throw this.#channel.failUnlessGone(error);
    }
  }
}
