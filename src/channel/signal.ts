import { ChannelError } from './channel-error.ts';
import { checkWait, MAXIMUM_TIMER_MS, type WaitOptions } from './wait-options.ts';

/** How one end of a channel is doing: what its word in the memory of the channel holds. */
export const END_UNOPENED = 0;
export const END_OPEN = 1;
export const END_CLOSED = 2;
export const END_DIED = 3;

/** The same in words. */
export type EndState = 'unopened' | 'open' | 'closed' | 'died';

const END_STATES: readonly EndState[] = ['unopened', 'open', 'closed', 'died'];

/** What the word of an end says; the peer may have written anything to it. */
export function endStateOf(word: number): EndState {
  return END_STATES[word] ?? 'died';
}

/** The longest that any wait goes without a look at whether the peer still lives. */
export const LOOK_INTERVAL_MS = 500;

/**
 * What several signals have in common that wake the same sleeper: a doorbell.
 *
 * @example
 * ```ts
 * import { createChannelPair, createDoorbell, openChannel, openDoorbell, type SignalSource } from 'vmbus-ring';
 *
 * const doorbell = openDoorbell(createDoorbell(2));
 * const channels = [0, 1].map(() => {
 *   const [handle] = createChannelPair({ ringBytes: 4096, doorbells: [doorbell, null] });
 *   return openChannel(handle, { doorbell });
 * });
 * const sources = new Set<SignalSource | null>(channels.map(({ signal }) => signal.source));
 * sources.size; // 1
 * for (const channel of channels) channel.close();
 * ```
 */
export interface SignalSource {
  /** Counts what comes for any of them. */
  count(): number;
  /** As {@link Signal.waitSync}, for any of them. */
  waitSync(seen: number, timeoutMs: number): boolean;
  /**
   * Counts what came, and calls {@link Signal.onCounted} of each signal that it came for. Where it is left out, whoever waits for several channels
   * asks each of them for its count.
   */
  collect?(): void;
}

/**
 * What carries signals between the two ends of a channel, as one end sees it; and whether the ends are open.
 *
 * Signals are counted. Who wants to sleep reads the count, then looks whether there is work, and sleeps only as long as the
 * count is the one that it read: a signal that comes between the look and the sleep ends the sleep at once. That is why none
 * can be lost, however the two threads interleave, and why one too many does no harm.
 *
 * The library has implementations for one thread ({@link EventSignal}) and between threads (made by `openChannel`). Another
 * one, over an eventfd or a doorbell register, is a subclass with five methods.
 *
 * Source: OpenVMM `vmbus_channel::SignalVmbusChannel`.
 *
 * @example
 * ```ts
 * import { createSignals } from 'vmbus-ring';
 *
 * const [ours, theirs] = createSignals();
 * const seen = ours.count();
 * theirs.notify();
 * await ours.wait(seen); // true: it came
 * await ours.wait(ours.count(), { timeoutMs: 1 }); // false: no other one did
 * theirs.close();
 * ours.peerState; // 'closed'
 * ```
 */
export abstract class Signal {
  /** One word for each end. A signal whose memory goes with its end keeps a copy of them then. @internal */
  states: Int32Array;
  /** @internal */
  readonly ownWord: number;
  /** @internal */
  readonly peerWord: number;

  /** Whether what carries the signals sets the interrupt mask of the ring that is read, by itself: then that is no peer's doing. */
  readonly carrierMasks: boolean = false;

  /** Called by what counts signals when one or several came, from within `count` or `SignalSource.collect`; it only takes note. */
  onCounted: (() => void) | null = null;

  /** Ends the wait that is pending, if any. */
  #endWait: (() => void) | null = null;

  /** What wakes this end, if it wakes others as well. */
  abstract readonly source: SignalSource | null;

  /**
   * `states` has a word for each end, shared with the peer; ours is that with the index `own`. Left out, both ends are open, and
   * `peerGone` says when the peer's is not any more: so it is where the peer is no end of this library.
   */
  constructor(states: Int32Array = Int32Array.of(END_OPEN, END_OPEN), own: 0 | 1 = 0) {
    this.states = states;
    this.ownWord = own;
    this.peerWord = 1 - own;
  }

  /** Signals the peer. Everything written before is visible to whoever it wakes. Never blocks. */
  abstract notify(): void;

  /**
   * How many signals have come, modulo 2^32, several at once perhaps counted as one: a number to be compared with another one,
   * nothing else. Read it before the last look.
   */
  abstract count(): number;

  /**
   * Has `wake` called, never from within this call, when the count is no longer `seen`, or when there may be news of whether the
   * ends are open. It may be called for nothing, and more than once. One at a time: a second call replaces the first.
   */
  abstract listen(seen: number, wake: () => void): void;

  /** Takes `listen` back. */
  abstract unlisten(): void;

  /**
   * Blocks the thread while the count is `seen`, for up to `timeoutMs`, and no longer than 500 ms. True if the count is another one now.
   * Throws a `TypeError` where the thread must not block.
   */
  abstract waitSync(seen: number, timeoutMs: number): boolean;

  /** Looks whether the peer's thread still lives, where there is a way to tell; called every now and then while waiting. */
  look(): void {}

  /** Lets a pending wait keep the process alive, where it does: so it is, unless told otherwise. */
  ref(): void {}

  /** Lets the process end although a wait is pending. */
  unref(): void {}

  /** How this end is doing. */
  get state(): EndState {
    return endStateOf(Atomics.load(this.states, this.ownWord));
  }

  /** How the peer's end is doing, as far as is known. */
  get peerState(): EndState {
    return endStateOf(Atomics.load(this.states, this.peerWord));
  }

  /** Whether the peer's end was open and is no longer. A plain load: the truth may be a moment younger. @internal */
  get seemsPeerGone(): boolean {
    return this.states[this.peerWord]! > END_OPEN;
  }

  /** The same with a load that later ones are ordered behind. @internal */
  isPeerGone(): boolean {
    return Atomics.load(this.states, this.peerWord) > END_OPEN;
  }

  /** Why the peer's end is of no use any more. */
  peerError(): ChannelError {
    return new ChannelError(this.peerState === 'closed' ? 'PeerClosed' : 'PeerDied');
  }

  /** Closes this end and signals the peer, which sees it at once. What was sent before can still be read. */
  close(): void {
    const isFirst = this.#leave(this.ownWord, END_CLOSED);
    this.unlisten();
    this.#endWait?.();
    if (isFirst) this.notify();
  }

  /**
   * Says that the peer's end is gone, for a transport or somebody who knows: as if it had closed its end (`'closed'`), or was
   * lost (`'died'`). Nothing happens if it is gone already.
   */
  peerGone(how: 'closed' | 'died'): void {
    this.#leave(this.peerWord, how === 'closed' ? END_CLOSED : END_DIED);
  }

  /**
   * Waits for a signal that `seen` does not count: true. False where time is over, at once where one of the ends is gone (look
   * at `peerState`), and where another wait takes this one's place: there is one at a time. The signal of a channel that is in
   * use is listened to by that already.
   */
  wait(seen: number, options: WaitOptions = {}): Promise<boolean> {
    const { signal, timeoutMs = Number.POSITIVE_INFINITY } = options;
    return new Promise((resolve, reject) => {
      checkWait(options);
      this.#endWait?.();
      let timer: ReturnType<typeof setTimeout> | undefined;
      const end = (): void => {
        this.#endWait = null;
        this.unlisten();
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
      };
      const abort = (): void => {
        end();
        reject(signal?.reason);
      };
      const settle = (): void => {
        end();
        resolve(this.count() !== seen);
      };
      const attempt = (): void => {
        if (this.count() !== seen || this.isPeerGone() || this.#isGone()) return settle();
        try {
          this.listen(seen, wake);
        } catch (error) {
          // The system has nothing to wait with: no memory, say.
          end();
          reject(error);
        }
      };
      const wake = (): void => {
        if (this.count() === seen) this.look();
        attempt();
      };
      if (timeoutMs <= MAXIMUM_TIMER_MS) timer = setTimeout(settle, timeoutMs);
      this.#endWait = settle;
      signal?.addEventListener('abort', abort);
      attempt();
    });
  }

  #isGone(): boolean {
    return Atomics.load(this.states, this.ownWord) > END_OPEN;
  }

  /** Moves an end's word on to `state`, unless it is there or beyond. True if this call did it. */
  #leave(word: number, state: number): boolean {
    for (;;) {
      const before = Atomics.load(this.states, word);
      if (before === END_CLOSED || before === END_DIED) return false;
      if (Atomics.compareExchange(this.states, word, before, state) === before) return true;
    }
  }
}
