/// <reference lib="esnext.disposable" preserve="true" />
import type { RingMem } from '../memory/ring-mem.ts';
import type { IncomingOffset } from '../ring/incoming-offset.ts';
import { IncomingRing } from '../ring/incoming-ring.ts';
import type { OutgoingOffset } from '../ring/outgoing-offset.ts';
import { OutgoingRing } from '../ring/outgoing-ring.ts';
import { VmbusRingError } from '../wire/ring-error.ts';
import { ChannelError } from './channel-error.ts';
import { type ChannelInspection, inspectChannel } from './channel-inspection.ts';
import { type ChannelCounters, createCounters } from './counters.ts';
import type { ReadHalf } from './read-half.ts';
import { checkSaved, type SavedChannel, saveChannel, type SavingUser } from './saved-channel.ts';
import type { Signal } from './signal.ts';
import { Waiters } from './waiters.ts';
import type { WriteHalf } from './write-half.ts';

/** What a channel is made of, as one of its ends sees it. */
export interface ChannelParts {
  /** The memory of the ring that this end reads. */
  readonly incoming: RingMem;
  /** The memory of the ring that this end writes. */
  readonly outgoing: RingMem;
  /** What carries signals to the peer and from it. */
  readonly signal: Signal;
}

/** Told of each commit just before it is published: packets and bytes on the ring, footers included. */
export interface CommitLog {
  /** About to be given back. */
  reads(packets: number, bytes: number): void;
  /** About to be sent. */
  writes(packets: number, bytes: number): void;
}

/**
 * One end of a channel: the ring that it reads, the ring that it writes, and the signal that serves both. Read and written
 * through one `Queue`, `MessagePipe`, `BytePipe` or `RequestChannel`, which takes the end for itself; or without one, by the rings' own
 * methods (`channel.outgoing.outgoing()`): `inspect` counts nothing of that.
 *
 * The peer may be hostile. A ring that is found to be corrupt closes the channel: from then on every operation throws the
 * `VmbusRingError` that was found first.
 *
 * Source: OpenVMM `vmbus_channel::RawAsyncChannel`.
 *
 * @example
 * ```ts
 * import { Channel, createSignals, FlatRingMem, Queue } from 'vmbus-ring';
 *
 * const [ours, theirs] = createSignals();
 * const a = new FlatRingMem(4096);
 * const b = new FlatRingMem(8192);
 * const local = new Queue(new Channel({ incoming: a, outgoing: b, signal: ours }));
 * const remote = new Queue(new Channel({ incoming: b, outgoing: a, signal: theirs }));
 *
 * local.tryWrite(Uint8Array.of(1, 2, 3)); // true
 * (await remote.read()).readAll()[2]; // 3
 * local.inspect().outgoing.packets; // 1
 * ```
 */
export class Channel {
  /** The ring that this end reads. */
  readonly incoming: IncomingRing;
  /** The ring that this end writes. */
  readonly outgoing: OutgoingRing;
  /** What carries signals to the peer and from it. */
  readonly signal: Signal;

  /** @internal */
  readonly counters: ChannelCounters = createCounters();
  /** @internal */
  readonly waiters: Waiters;
  /** @internal */
  readonly readOffset: IncomingOffset;
  /** @internal */
  readonly writeOffset: OutgoingOffset;

  /** What reads the incoming ring, once there is something. @internal */
  reader: ReadHalf | null = null;
  /** What writes the outgoing ring, once there is something. @internal */
  writer: WriteHalf | null = null;
  /** What the user of the end adds when it is saved. @internal */
  saving: SavingUser | null = null;
  /** What the user of the end had added when it was saved, or `null` where there was none: not validated. @internal */
  restored: unknown = null;

  /** Who keeps count of what is published, for others to see. @internal */
  commitLog: CommitLog | null = null;

  /** Why this end is of no use any more, or `null`. @internal */
  failure: Error | null = null;

  readonly #closed: PromiseWithResolvers;
  #user: string | null = null;
  /** Whose state was restored: nobody else may use the end. */
  #savedUser: string | null = null;

  /**
   * Opens this end of both rings. Throws a `VmbusRingError` where the memory is no ring, or the rings' pointers are corrupt.
   */
  constructor(parts: ChannelParts) {
    this.signal = parts.signal;
    this.incoming = new IncomingRing(parts.incoming);
    this.outgoing = new OutgoingRing(parts.outgoing);
    this.readOffset = this.incoming.incoming();
    this.writeOffset = this.outgoing.outgoing();
    this.waiters = new Waiters(parts.signal, this.counters);
    this.#closed = withResolvers();
  }

  /**
   * Opens this end of both rings where `save` left it. Throws a `RangeError` or a `TypeError` where `saved` is not what `save` returned
   * for rings of these sizes; a `VmbusRingError` with code `InvalidRingPointer` where the rings are not where it says: somebody went
   * on with them, or they are other ones. Nothing is written then. Else as the constructor.
   *
   * Only a user of the same class may use the end: its state was saved along.
   *
   * @example
   * ```ts
   * import { Channel, createSignals, FlatRingMem, Queue } from 'vmbus-ring';
   *
   * const [a, b] = [new FlatRingMem(4096), new FlatRingMem(4096)];
   * const [ours, theirs] = createSignals();
   * const peer = new Queue(new Channel({ incoming: b, outgoing: a, signal: theirs }));
   * peer.tryWrite(Uint8Array.of(1));
   * peer.tryWrite(Uint8Array.of(2));
   *
   * const before = new Queue(new Channel({ incoming: a, outgoing: b, signal: ours }));
   * before.tryRead()?.release();
   * const saved = JSON.stringify(before.channel.save());
   *
   * const channel = Channel.restore({ incoming: a, outgoing: b, signal: ours }, JSON.parse(saved));
   * new Queue(channel).tryRead()?.readAll()[0]; // 2
   * ```
   */
  static restore(parts: ChannelParts, saved: SavedChannel): Channel {
    checkSaved(parts, saved);
    const channel = new Channel(parts);
    const { readOffset, writeOffset } = channel;
    // What was checked counts: the peer can write these words as well.
    readOffset.committedOut = saved.incoming.offset;
    writeOffset.committedIn = saved.outgoing.offset;
    readOffset.revert();
    writeOffset.revert();
    channel.#savedUser = saved.user;
    // Who has lost his state must not take it for that of a new one.
    channel.restored = saved.user === null ? null : (saved.state ?? {});
    return channel;
  }

  /**
   * The private state of this end, to be restored later, here or elsewhere, over memory with the same contents. Nothing is written,
   * and the end can go on; but only one of the two may. Not saved: counters, interrupt masks and requests for room, which the restored
   * end asks for anew.
   *
   * Throws a `TypeError` while an operation waits (a member of a `ChannelSet` does), packets are not released, a batch is open, or
   * something is not published; and what closed this end, if it is closed.
   */
  save(): SavedChannel {
    return saveChannel(this, this.#user);
  }

  /** Settled when this end is closed, in whatever way: with what closed it, or `null` where `close` was called. */
  get closed(): Promise<Error | null> {
    return this.#closed.promise;
  }

  /** Whether this end is closed. */
  get isClosed(): boolean {
    return this.failure !== null;
  }

  /**
   * Closes this end. All operations that wait fail with a {@link ChannelError} of code `Closed`, and so do all later ones. The
   * peer sees it at once, and can still read what was committed.
   */
  close(): void {
    this.#close(new ChannelError('Closed'), null);
  }

  /** The same as `close`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Indices, fill, masks, pending sizes, and what was counted. Reads both control pages; writes nothing. */
  inspect(): ChannelInspection {
    return inspectChannel(this);
  }

  /**
   * Lets a pending wait keep the process alive: so it is between threads, unless told otherwise. Within one thread nothing does: if
   * nothing else is to come, nobody will ever send.
   */
  ref(): void {
    this.waiters.keepsAlive = true;
    this.signal.ref();
  }

  /** Lets the process end although a wait is pending; the time limits of those that are pending already excepted. */
  unref(): void {
    this.waiters.keepsAlive = false;
    this.signal.unref();
  }

  /** Takes the end for one user of it, and the name of its class. @internal */
  claim(user: string): void {
    if (this.#user !== null) throw new TypeError(`this channel is used by a ${this.#user} already`);
    if (this.#savedUser !== null && this.#savedUser !== user) {
      throw new TypeError(`this channel was saved by a ${this.#savedUser}`);
    }
    this.check();
    this.#user = user;
  }

  /** Throws if this end is closed. @internal */
  check(): void {
    if (this.failure !== null) throw this.failure;
  }

  /** Closes this end because of `error`, which is what all operations throw from now on; returns it. @internal */
  fail(error: unknown): Error {
    const reason = error instanceof Error ? error : new TypeError(`not an error: ${String(error)}`);
    this.#close(reason, reason);
    return reason;
  }

  /** Closes this end if it is the ring that is wrong; returns the error. @internal */
  failUnlessGone(error: unknown): unknown {
    return error instanceof VmbusRingError ? this.fail(error) : error;
  }

  /** Whether this is what says that the peer closed its end in good order. @internal */
  isPeerClosedError(error: unknown): boolean {
    return error instanceof ChannelError && error.code === 'PeerClosed';
  }

  /** Signals the peer if it is `due`, and counts it. @internal */
  signalIf(due: boolean): void {
    if (due) {
      this.counters.signalsSent++;
      this.signal.notify();
    } else {
      this.counters.signalsSaved++;
    }
  }

  #close(failure: Error, outcome: Error | null): void {
    if (this.failure !== null) return;
    this.failure = failure;
    this.#closed.resolve(outcome);
    try {
      // What waits takes back what it asked of the ring before the peer hears of the end.
      this.waiters.failAll(failure);
    } finally {
      this.signal.close();
    }
  }
}

/**
 * Takes `channel` for one user of it, the name of whose class is `user`. Throws a `TypeError` where it is taken, or is none: a handle
 * is what is most easily taken for it.
 */
export function claimChannel(channel: Channel, user: string): void {
  if (!(channel instanceof Channel)) {
    throw new TypeError(`a ${user} stands on a Channel: open a handle with openChannel first`);
  }
  channel.claim(user);
}

interface PromiseWithResolvers {
  readonly promise: Promise<Error | null>;
  readonly resolve: (outcome: Error | null) => void;
}

function withResolvers(): PromiseWithResolvers {
  let resolve: (outcome: Error | null) => void = () => {};
  const promise = new Promise<Error | null>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
