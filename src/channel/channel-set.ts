import { Channel } from './channel.ts';
import { ChannelError } from './channel-error.ts';
import { takeTurn } from './event-loop-turn.ts';
import type { ReadHalf } from './read-half.ts';
import { LOOK_INTERVAL_MS, type SignalSource } from './signal.ts';
import { checkTimeout, checkWait, MAXIMUM_TIMER_MS, type WaitOptions } from './wait-options.ts';

/** A channel, or what uses one: a `Queue`, a pipe. */
export type ChannelSetMember = Channel | { readonly channel: Channel };

/** A channel that is ready, with what it was added with. */
export interface ReadyChannel<V> {
  /** The channel's end. */
  readonly channel: Channel;
  /** What was given to `add` along with it. */
  readonly value: V;
}

/** Waits that find something at once still let the event loop have a turn after this many: others may be ready by it. */
const WAITS_A_TURN = 16;

/** A member of a set: touched since it was armed, armed, or found ready. */
interface Entry<V> extends ReadyChannel<V> {
  readonly reader: ReadHalf;
  /** Signals that had come when it was armed, or looked at since: for sources that do not say for whom they come. */
  seen: number;
  /** Stops watching it; `null` where it is not armed. */
  unwatch: (() => void) | null;
  isDeleted: boolean;
}

/**
 * One wait over many channels, hundreds of them, each read by its own queue. A channel is ready when its ring holds a packet, or
 * when it cannot be read any more, which its owner learns from the next read: then delete it, or close it.
 *
 * Every ready channel is handed out once by a wait, in the order in which they were found to be: none starves while others have
 * much to say. A wait looks at those that were handed out before, after what was read from them was released, and at those that
 * signalled; all others stay armed and cost nothing. One that another read is pending at, or whose batch is open, is passed over
 * until that is done.
 *
 * From the first wait on the members keep the process alive, as a pending read does: between waits, and
 * after one whose time is over, until they are deleted or `unref` is called on their channels.
 *
 * Many producers to one consumer: rings have one writer each, so give every producer a channel of its own, and have the consumer
 * wait for all with one set. It needs no lock, a slow or broken producer holds nobody up, each has its own back-pressure, and
 * what came from whom is known. See examples/many-producers.ts.
 *
 * @example
 * ```ts
 * import { ChannelSet, connectedQueues } from 'vmbus-ring';
 *
 * const set = new ChannelSet<string>();
 * const producers = ['a', 'b', 'c'].map((name) => {
 *   const [producer, consumer] = connectedQueues({ ringBytes: 4096 });
 *   set.add(consumer, name);
 *   return { name, producer, consumer };
 * });
 *
 * producers[1]!.producer.tryWrite(Uint8Array.of(7));
 * const ready = await set.wait();
 * ready.map(({ value }) => value); // ['b']
 * producers[1]!.consumer.tryRead()?.readAll()[0]; // 7
 *
 * producers[2]!.producer.close();
 * for await (const { value, channel } of set) {
 *   value; // 'c'
 *   channel.signal.peerState; // 'closed'
 *   set.clear();
 * }
 * ```
 */
export class ChannelSet<V = undefined> {
  readonly #entries: Map<Channel, Entry<V>> = new Map();
  readonly #sources: Map<SignalSource | null, number> = new Map();
  /** To be armed, and looked at, by the next wait. */
  readonly #touched: Set<Entry<V>> = new Set();
  /** Found ready, and not handed out yet. */
  readonly #ready: Set<Entry<V>> = new Set();
  /** Those for which a signal has come, where their source says so; and those that are new. */
  readonly #signalled: Set<Entry<V>> = new Set();
  /** Those that could not be waited for, and why, for the last of them: armed again by the next wait. */
  readonly #failed: Set<Entry<V>> = new Set();
  #failure: unknown = null;
  #isWaiting = false;
  #isDue = false;
  #wake: (() => void) | null = null;
  #waitsInTurn = 0;
  /**
   * When a wait that blocks looks at all members again, whatever signals have come: one peer that never stops ringing must not hide that
   * another one has died, or that its signal is lost. Short waits count together.
   */
  #lookAt = 0;

  /** How many channels are in the set. */
  get size(): number {
    return this.#entries.size;
  }

  /**
   * Adds a channel that a queue or a pipe reads, or that queue; waits hand it out with `value`. Throws a `TypeError` where nothing
   * reads it, or it is in a set already, and where it is closed what closed it.
   */
  add(member: ChannelSetMember, value?: V): this {
    const channel = channelOf(member);
    channel.check();
    const { reader } = channel;
    if (reader === null) throw new TypeError('nothing reads this channel: make a queue of it first');
    if (reader.onUse !== null) throw new TypeError('this channel is in a set already');
    const entry: Entry<V> = { channel, value: value as V, reader, seen: 0, unwatch: null, isDeleted: false };
    reader.onUse = () => this.#onUse(entry);
    channel.signal.onCounted = () => this.#signalled.add(entry);
    // What was counted before, nobody told this set.
    this.#signalled.add(entry);
    this.#entries.set(channel, entry);
    this.#count(channel, 1);
    this.#touched.add(entry);
    this.#schedule();
    return this;
  }

  /** Whether it is in the set. */
  has(member: ChannelSetMember): boolean {
    return this.#entries.has(channelOf(member));
  }

  /** Takes a channel out; false where it is not in the set. It is as usable as before. */
  delete(member: ChannelSetMember): boolean {
    const entry = this.#entries.get(channelOf(member));
    if (entry === undefined) return false;
    this.#remove(entry);
    entry.isDeleted = true;
    return true;
  }

  /** Takes all channels out. A wait that is pending ends. */
  clear(): void {
    for (const channel of this.#entries.keys()) this.delete(channel);
  }

  /** The same as `clear`. */
  [Symbol.dispose](): void {
    this.clear();
  }

  /**
   * The channels that are ready, as soon as there is one; none where the set is or becomes empty. What was read from its channels
   * and not released is. One whose own end is closed is handed out a last time and is in the set no more.
   *
   * One wait at a time, else a `TypeError`. Rejects with what the system says where it has nothing to wait with, with the abort signal's reason, and with a `ChannelError` with code
   * `TimedOut`: then all that is ready is handed out by the next wait.
   */
  async wait(options: WaitOptions = {}): Promise<readonly ReadyChannel<V>[]> {
    checkWait(options);
    this.#begin();
    try {
      this.#armTouched(true);
      if (this.#isOver && ++this.#waitsInTurn >= WAITS_A_TURN) {
        this.#waitsInTurn = 0;
        await takeTurn();
      }
      while (!this.#isOver) {
        this.#waitsInTurn = 0;
        this.#throwFailure();
        await this.#sleep(options);
        options.signal?.throwIfAborted();
      }
    } finally {
      this.#isWaiting = false;
    }
    return this.#takeReady();
  }

  /**
   * The same, blocking the thread: only where all signals have one `SignalSource`, as those of channels that share a doorbell do;
   * else a `TypeError`, as where the thread must not block.
   */
  waitSync(timeoutMs: number = Number.POSITIVE_INFINITY): readonly ReadyChannel<V>[] {
    checkTimeout(timeoutMs);
    this.#begin();
    try {
      if (this.size > 0) this.#sleepSync(this.#source(), timeoutMs);
    } finally {
      this.#isWaiting = false;
    }
    return this.#takeReady();
  }

  /** Those that are ready, one after the other, wait by wait, until the set is empty. */
  async *[Symbol.asyncIterator](): AsyncGenerator<ReadyChannel<V>, void, undefined> {
    while (this.size > 0) {
      for (const ready of await this.wait()) if (!(ready as Entry<V>).isDeleted) yield ready;
    }
  }

  #begin(): void {
    if (this.#isWaiting) throw new TypeError('another wait is pending');
    this.#isWaiting = true;
    for (const entry of this.#failed) this.#touched.add(entry);
    this.#failed.clear();
  }

  #throwFailure(): void {
    if (this.#failed.size > 0) throw this.#failure;
  }

  get #isOver(): boolean {
    return this.#ready.size > 0 || this.size === 0;
  }

  /** Asks for signals of those that were used, and looks at them. With `release`, what was read from them is given back before. */
  #armTouched(release: boolean): void {
    for (const entry of this.#touched) {
      if (release && !entry.channel.isClosed) entry.reader.release();
      // Asleep on packets that are not given back nobody is woken. Who uses it says when that is over.
      if (entry.reader.isBusy && !entry.channel.isClosed) continue;
      this.#touched.delete(entry);
      this.#arm(entry);
    }
  }

  #arm(entry: Entry<V>): void {
    const { channel, reader } = entry;
    if (channel.isClosed) {
      this.#ready.add(entry);
      return;
    }
    entry.seen = channel.signal.count();
    const found = (): void => {
      entry.unwatch = null;
      this.#ready.add(entry);
      this.#wake?.();
    };
    const attempt = (): boolean => {
      if (!reader.look(true)) return false;
      found();
      return true;
    };
    const unwatch = channel.waiters.watch(attempt, (reason) => {
      // Why it cannot be read any more, the next read says; but not that the system has nothing to wait with.
      if (channel.isClosed || hasNews(reader)) return found();
      entry.unwatch = null;
      this.#failed.add(entry);
      this.#failure = reason;
      this.#wake?.();
    });
    if (!this.#ready.has(entry) && !this.#failed.has(entry)) entry.unwatch = unwatch;
  }

  /** Somebody read from a member out of turn: it may be masked now, and have to be armed again. */
  #onUse(entry: Entry<V>): void {
    if (entry.unwatch !== null) {
      entry.unwatch();
      entry.unwatch = null;
      this.#touched.add(entry);
    }
    if (this.#touched.has(entry)) this.#schedule();
  }

  /** Arms what was used or added while a wait is pending: when who does it is done. */
  #schedule(): void {
    if (!this.#isWaiting || this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#isDue = false;
      if (!this.#isWaiting) return;
      this.#armTouched(false);
      if (this.#isOver) this.#wake?.();
    });
  }

  #takeReady(): readonly ReadyChannel<V>[] {
    const ready = [...this.#ready];
    this.#ready.clear();
    for (const entry of ready) {
      if (entry.channel.isClosed) this.#remove(entry);
      else this.#touched.add(entry);
    }
    return ready;
  }

  #remove(entry: Entry<V>): void {
    const { channel, reader } = entry;
    if (!this.#entries.delete(channel)) return;
    this.#count(channel, -1);
    reader.onUse = null;
    channel.signal.onCounted = null;
    this.#signalled.delete(entry);
    this.#failed.delete(entry);
    entry.unwatch?.();
    entry.unwatch = null;
    this.#touched.delete(entry);
    this.#ready.delete(entry);
    if (this.size === 0) this.#wake?.();
  }

  #sleep({ signal, timeoutMs = Number.POSITIVE_INFINITY }: WaitOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        this.#wake = null;
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
      };
      const fail = (reason: unknown): void => {
        end();
        reject(reason);
      };
      const abort = (): void => fail(signal?.reason);
      const expire = (): void => fail(new ChannelError('TimedOut', `${timeoutMs} ms`));
      const timer = timeoutMs <= MAXIMUM_TIMER_MS ? setTimeout(expire, timeoutMs) : undefined;
      signal?.addEventListener('abort', abort);
      this.#wake = () => {
        end();
        resolve();
      };
    });
  }

  #sleepSync(source: SignalSource, timeoutMs: number): void {
    let now = performance.now();
    const deadline = now + timeoutMs;
    this.#armTouched(true);
    for (;;) {
      // Before the look: a signal after it ends the sleep at once.
      const seen = source.count();
      this.#pokeSignalled(source);
      if (now >= this.#lookAt) {
        this.#lookForPeers(true);
        this.#lookAt = now + LOOK_INTERVAL_MS;
      }
      // A read that was pending at one of them may have come to its end just now.
      this.#armTouched(false);
      if (this.#isOver) return;
      this.#throwFailure();
      if (now >= deadline) throw new ChannelError('TimedOut', `${timeoutMs} ms`);
      const isQuiet = !source.waitSync(seen, Math.min(deadline - now, LOOK_INTERVAL_MS));
      now = performance.now();
      // Whoever waits is owed a last look.
      if (now >= deadline) this.#lookAt = now;
      else if (isQuiet) this.#lookForPeers(false);
    }
  }

  /** Attempts what waits at the members for which a signal has come: their rings only are looked at. */
  #pokeSignalled(source: SignalSource): void {
    source.collect?.();
    // Those of now: a peer that goes on ringing must not keep this loop alive.
    const signalled = [...this.#signalled];
    this.#signalled.clear();
    for (const { channel } of signalled) channel.waiters.poke();
    if (source.collect !== undefined) return;
    for (const entry of this.#entries.values()) {
      const count = entry.channel.signal.count();
      if (entry.seen === count) continue;
      entry.seen = count;
      entry.channel.waiters.poke();
    }
  }

  /** A peer that died signals nobody. With `andRings`, also at what came: the signal for it may be lost. */
  #lookForPeers(andRings: boolean): void {
    for (const { channel } of this.#entries.values()) {
      channel.signal.look();
      if (andRings || channel.signal.isPeerGone()) channel.waiters.poke();
    }
  }

  #source(): SignalSource {
    const [source, another] = this.#sources.keys();
    if (source === undefined || source === null || another !== undefined) {
      throw new TypeError('to block for several channels, they have to share a doorbell');
    }
    return source;
  }

  #count(channel: Channel, difference: 1 | -1): void {
    const { source } = channel.signal;
    const count = (this.#sources.get(source) ?? 0) + difference;
    if (count === 0) this.#sources.delete(source);
    else this.#sources.set(source, count);
  }
}

/** Whether the next read gives a packet, or says why there will be none. */
function hasNews(reader: ReadHalf): boolean {
  try {
    return reader.look(false);
  } catch {
    return true;
  }
}

function channelOf(member: ChannelSetMember): Channel {
  return member instanceof Channel ? member : member.channel;
}
