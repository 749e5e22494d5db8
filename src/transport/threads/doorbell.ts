import { ChannelError } from '../../channel/channel-error.ts';
import { LOOK_INTERVAL_MS, type SignalSource } from '../../channel/signal.ts';
import { KeepAlive } from '../keep-alive.ts';
import { checkMayShareMemory } from './shared-memory.ts';

/**
 * A doorbell in shared memory:
 *
 * ```text
 *    word 0           1          2          3        16 ...         48 ...         80
 *   +---------------+----------+----------+---------+--------------+--------------+
 *   | rings, counted | slots    | identity | opened  | ready, a bit | taken, a bit |
 *   |                |          |          |         | for each slot| for each slot|
 *   +---------------+----------+----------+---------+--------------+--------------+
 * ```
 */
const COUNT = 0;
const SLOTS = 1;
const IDENTITY = 2;
const OPENED = 3;
const READY = 16;
const TAKEN = 48;

/** 32-bit words of a doorbell. */
export const DOORBELL_WORDS = 80;

/** Channels that one doorbell can serve at most. */
export const MAXIMUM_SLOTS = 1024;

/** How long to sleep between two looks where the runtime cannot wait asynchronously, at first and at most. */
const FIRST_POLL_MS = 1;
const LAST_POLL_MS = 16;

/** How often an asynchronous wait is tried before it is given up for a moment: a ring that came meanwhile spoils it. */
const ARM_TRIES = 64;

/** A doorbell as it can be posted to another thread: a plain object. */
export interface DoorbellHandle {
  /** What tells it from other objects. */
  readonly kind: 'vmbus-ring/doorbell';
  /** The count, and a bit for each slot. */
  readonly memory: SharedArrayBuffer;
}

/** Prepares the words of a doorbell with so many slots. All were 0 before. */
export function initializeDoorbell(words: Int32Array, slots: number, identity: number): void {
  words[SLOTS] = slots;
  words[IDENTITY] = identity;
}

/** Rings for `slot`: whoever waits at the doorbell wakes up. Never blocks. The ready bit is set before the ring is counted. */
export function ring(words: Int32Array, slot: number): void {
  Atomics.or(words, READY + (slot >> 5), 1 << (slot & 31));
  Atomics.add(words, COUNT, 1);
  // All of them: one thread may wait here twice, blocking in a call out of its event loop.
  Atomics.notify(words, COUNT);
}

/** Who hears one slot of a doorbell. */
export interface Listener {
  /** A ring for this slot, or several. */
  rung(): void;
  /** Time has passed, with or without rings. */
  tick(): void;
}

/**
 * Memory of a doorbell that serves up to `slots` channels: a doorbell may serve any number of channels of one thread, which then
 * waits for all of them at once. Make it in any thread, and open it in the one that is to wait.
 *
 * Throws a `RangeError` unless `slots` is 1 to 1024, and a `TypeError` in a page that is not cross-origin isolated.
 *
 * @example
 * ```ts
 * import { createChannelPair, createDoorbell, openChannel, openDoorbell } from 'vmbus-ring';
 *
 * const doorbell = openDoorbell(createDoorbell(256));
 * const [ours, theirs] = createChannelPair({ ringBytes: 4096, doorbells: [doorbell.handle, null] });
 * const channel = openChannel(ours, { doorbell }); // and so on, for 255 more
 * theirs.end; // 1: post it to a worker
 * channel.close();
 * ```
 */
export function createDoorbell(slots = 32): DoorbellHandle {
  if (!Number.isInteger(slots) || slots < 1 || slots > MAXIMUM_SLOTS) {
    throw new RangeError(`a doorbell has 1 to ${MAXIMUM_SLOTS} slots, not ${slots}`);
  }
  checkMayShareMemory();
  const memory = new SharedArrayBuffer(DOORBELL_WORDS * 4);
  const [identity] = crypto.getRandomValues(new Int32Array(1));
  initializeDoorbell(new Int32Array(memory), slots, identity!);
  return { kind: 'vmbus-ring/doorbell', memory };
}

/**
 * The words that a handle leads to. Throws a {@link ChannelError} with code `InvalidHandle` where it leads to none.
 */
export function doorbellWords(handle: DoorbellHandle): Int32Array {
  const { kind, memory } = (handle ?? {}) as Partial<DoorbellHandle>;
  if (
    kind !== 'vmbus-ring/doorbell' ||
    typeof SharedArrayBuffer === 'undefined' ||
    !(memory instanceof SharedArrayBuffer) ||
    memory.byteLength !== DOORBELL_WORDS * 4
  ) {
    throw new ChannelError('InvalidHandle', 'of a doorbell');
  }
  return new Int32Array(memory);
}

/** Takes a free slot. Throws a `RangeError` where there is none. */
export function takeSlot(words: Int32Array): number {
  const slots = Math.min(words[SLOTS]! >>> 0, MAXIMUM_SLOTS);
  for (let slot = 0; slot < slots; slot++) {
    const bit = 1 << (slot & 31);
    if ((Atomics.or(words, TAKEN + (slot >> 5), bit) & bit) === 0) return slot;
  }
  throw new RangeError(`all ${slots} slots of the doorbell are taken`);
}

/** Gives a slot back. */
export function freeSlot(words: Int32Array, slot: number): void {
  Atomics.and(words, TAKEN + (slot >> 5), ~(1 << (slot & 31)));
}

/**
 * Opens a doorbell in the thread that waits at it. Throws a `ChannelError`: `AlreadyOpen` where that was done before,
 * `InvalidHandle` where the handle leads to none. See {@link createDoorbell}.
 *
 * @example
 * ```ts
 * import { createDoorbell, openDoorbell } from 'vmbus-ring';
 *
 * const doorbell = openDoorbell(createDoorbell());
 * doorbell.waitSync(doorbell.count(), 1); // false: nobody rang
 * ```
 */
export function openDoorbell(handle: DoorbellHandle): Doorbell {
  const words = doorbellWords(handle);
  if (Atomics.compareExchange(words, OPENED, 0, 1) !== 0) throw new ChannelError('AlreadyOpen', 'the doorbell');
  return new Doorbell(words, handle);
}

/**
 * A doorbell, in the thread that waits at it: counts rings, and knows for which channels they are.
 *
 * The rings are counted in shared memory, and whoever sleeps names the count that it has seen: a ring in between is never missed.
 *
 * @example
 * ```ts
 * import { createDoorbell, openDoorbell } from 'vmbus-ring';
 *
 * openDoorbell(createDoorbell(100)).slots; // 100
 * ```
 */
export class Doorbell implements SignalSource {
  /** To be given to `createChannelPair`, here or in another thread; `null` for one that serves a single channel. */
  readonly handle: DoorbellHandle | null;

  /** How many channels it can serve. */
  readonly slots: number;

  readonly #words: Int32Array;
  readonly #listeners: Map<number, Listener> = new Map();
  readonly #keepAlive: KeepAlive = new KeepAlive(LOOK_INTERVAL_MS, () => this.#tick());
  readonly #polls: KeepAlive = new KeepAlive(FIRST_POLL_MS, () => this.#poll());

  /** The count up to which the ready bits were collected. */
  #collected: number;

  /** The same at the last look by time. */
  #polled = 0;

  #armed = false;

  /** Made by `openDoorbell`. */
  constructor(words: Int32Array, handle: DoorbellHandle | null) {
    this.#words = words;
    this.handle = handle;
    // Read once, and bounded: whoever shares the memory can write to it at any time.
    this.slots = Math.min(words[SLOTS]! >>> 0, MAXIMUM_SLOTS);
    this.#collected = Atomics.load(words, COUNT);
  }

  /** Rings so far, modulo 2^32. */
  count(): number {
    return Atomics.load(this.#words, COUNT);
  }

  /**
   * Blocks the thread while the count is `seen`, for up to `timeoutMs`, and no longer than 500 ms. True if it is another one now.
   * Throws a `TypeError` where the thread must not block.
   */
  waitSync(seen: number, timeoutMs: number): boolean {
    Atomics.wait(this.#words, COUNT, seen, Math.min(timeoutMs, LOOK_INTERVAL_MS));
    return this.count() !== seen;
  }

  /** Whether these are the words of the same doorbell. @internal */
  isAt(words: Int32Array): boolean {
    return words[IDENTITY] === this.#words[IDENTITY];
  }

  /** Tells the listeners of the rings that they have not heard of: what it costs does not grow with the channels that nobody rang for. */
  collect(): void {
    const words = this.#words;
    // Before the bits: a ring that comes between the two is collected twice, never missed.
    const count = Atomics.load(words, COUNT);
    if (count === this.#collected) return;
    this.#collected = count;
    for (let word = 0; word * 32 < this.slots; word++) {
      // A plain look: the bits of all rings that are counted were set before the count was read.
      if (words[READY + word] === 0) continue;
      let bits = Atomics.exchange(words, READY + word, 0);
      for (; bits !== 0; bits &= bits - 1) {
        const slot = word * 32 + (31 - Math.clz32(bits & -bits));
        this.#listeners.get(slot)?.rung();
      }
    }
  }

  /** Whether nobody hears `slot` yet, and it is one of this doorbell. @internal */
  isSilent(slot: number): boolean {
    return slot < this.slots && !this.#listeners.has(slot);
  }

  /** @internal */
  attach(slot: number, listener: Listener): void {
    this.#listeners.set(slot, listener);
  }

  /** Frees the slot, if it is still this listener's. @internal */
  detach(slot: number, listener: Listener): void {
    if (this.#listeners.get(slot) !== listener) return;
    this.#listeners.delete(slot);
    freeSlot(this.#words, slot);
    // Nobody listens any more: an asynchronous wait that is left over lets go of the memory.
    if (this.#listeners.size === 0) Atomics.notify(this.#words, COUNT);
  }

  /** One more slot is listened to; the process stays alive for it if `keepsAlive`. @internal */
  hold(keepsAlive: boolean): void {
    this.#keepAlive.hold(keepsAlive);
    this.#arm();
  }

  /** One slot fewer. @internal */
  drop(keepsAlive: boolean): void {
    this.#keepAlive.drop(keepsAlive);
    if (!this.#keepAlive.isHeld) this.#polls.dropAll();
  }

  #arm(): void {
    // Where the runtime cannot wait asynchronously, or a peer rings so fast that the count never stands still: by time.
    const tries = typeof Atomics.waitAsync === 'function' ? ARM_TRIES : 0;
    for (let i = 0; i < tries && this.#keepAlive.isHeld; i++) {
      if (this.#armed) return;
      const wait = Atomics.waitAsync(this.#words, COUNT, this.#collected);
      if (wait.async) {
        this.#armed = true;
        void wait.value.then(() => {
          this.#armed = false;
          this.collect();
          this.#arm();
        });
      } else {
        this.collect();
      }
    }
    if (!this.#armed && this.#keepAlive.isHeld && !this.#polls.isHeld) this.#polls.hold(false);
  }

  /** Looks by time, less and less often while nobody rings. */
  #poll(): void {
    this.collect();
    // Others collect as well, and whoever did, somebody rang.
    const isQuiet = this.#polled === this.#collected;
    this.#polled = this.#collected;
    this.#polls.intervalMs = isQuiet ? Math.min(2 * this.#polls.intervalMs, LAST_POLL_MS) : FIRST_POLL_MS;
    if (typeof Atomics.waitAsync !== 'function') return;
    this.#polls.dropAll();
    this.#arm();
  }

  #tick(): void {
    this.collect();
    for (const listener of this.#listeners.values()) listener.tick();
  }
}
