import { readInto } from '../direct/read-into.ts';
import { receiveInto } from '../direct/receive-into.ts';
import { take } from '../direct/take.ts';
import { IncomingPacket, type PacketWords } from '../ring/incoming-packet.ts';
import type { IncomingOffset } from '../ring/incoming-offset.ts';
import type { IncomingRing } from '../ring/incoming-ring.ts';
import { ringAvailable } from '../ring/pointers.ts';
import { FOOTER_SIZE } from '../wire/descriptor.ts';
import { describedSizeIn } from '../wire/descriptor-words.ts';
import type { Channel } from './channel.ts';
import { PacketRef } from './packet-ref.ts';
import { ReadBatch } from './read-batch.ts';
import { untilClosed } from './until-closed.ts';
import { checkTimeout, checkWait, type WaitOptions } from './wait-options.ts';

/**
 * The reading half of a queue. One reader at a time: while an asynchronous read is pending, or a batch is open, all others
 * throw a `TypeError`.
 *
 * A packet that `read` and its like return stays in the ring until it is released (`readInto` and its like give its room back themselves); the
 * next read releases the one before, and so does a wait: both ends would
 * sleep if the room of packets that were read were never given back. All operations throw a `ChannelError` with code
 * `PeerClosed` or `PeerDied` once the ring is empty and the peer is gone, `Closed` once this end is closed, and the
 * `VmbusRingError` if the ring is corrupt, which closes the channel.
 *
 * Interrupts are masked while packets are taken, and unmasked only before a sleep. Source: OpenVMM
 * `vmbus_async::queue::ReadHalf`.
 *
 * @example
 * ```ts
 * import { connectedQueues } from 'vmbus-ring';
 *
 * const [local, remote] = connectedQueues({ ringBytes: 4096 });
 * const { writer } = local.split();
 * const { reader } = remote.split();
 * for (let i = 0; i < 3; i++) writer.tryWrite(Uint8Array.of(i));
 *
 * const batch = await reader.readBatch();
 * const first = [...batch].map((packet) => packet.readAll()[0]);
 * batch.commit(); // one commit, one signal at most; `using batch = ...` does it as well
 * first; // [0, 1, 2]
 * reader.tryRead(); // null: it is empty
 *
 * writer.tryWrite(Uint8Array.of(1, 2, 3));
 * reader.tryReadInto(new Uint8Array(4096)); // 8: with its padding, and no object made for the packet
 * ```
 */
export class ReadHalf {
  /** @internal */
  readonly ring: IncomingRing;

  /** Counts how often packets were given back: those of an older epoch are. @internal */
  epoch = 0;

  /**
   * Called after packets were given back, a batch has ended, or interrupts were masked: for who waits at many halves at once. @internal
   */
  onUse: (() => void) | null = null;

  readonly #channel: Channel;
  readonly #offset: IncomingOffset;
  /** Made once, so that reading makes no function. */
  readonly #readIfAny: () => PacketRef | undefined = () => {
    const packet = new PacketRef(this);
    return this.take(packet) ? packet : undefined;
  };
  /** Takes the headers that nobody asks for. */
  readonly #header: IncomingPacket = new IncomingPacket();
  /** Packets that were taken and not given back, for the commit log. */
  #takenPackets = 0;
  #masked = true;
  #pending = false;
  #batch: ReadBatch | null = null;

  /** Made by the queues and pipes. */
  constructor(channel: Channel) {
    this.#channel = channel;
    this.ring = channel.incoming;
    this.#offset = channel.readOffset;
    channel.reader = this;
  }

  /** Whether a read is pending, a batch open, or a packet not given back. @internal */
  get isBusy(): boolean {
    return this.#pending || this.#batch !== null || this.#offset.nextOut !== this.#offset.committedOut;
  }

  /** The next packet, or `null` where there is none now. Releases the one before. */
  tryRead(): PacketRef | null {
    this.begin();
    const packet = new PacketRef(this);
    return this.take(packet) ? packet : null;
  }

  /** The next packet, as soon as there is one. Releases the one before. */
  read(options: WaitOptions = {}): Promise<PacketRef> {
    return this.wait(options, this.#readIfAny);
  }

  /**
   * The same, blocking the thread. Throws a `ChannelError` with code `TimedOut` after `timeoutMs`, and a `TypeError` where the
   * thread must not block.
   */
  readSync(timeoutMs: number = Number.POSITIVE_INFINITY): PacketRef {
    return this.waitSync(timeoutMs, this.#readIfAny);
  }

  /**
   * Copies the payload of the next packet, padding included, to the beginning of `target`, and gives its room back at once; returns its length
   * in bytes, or -1 where there is none now. `packet` takes the header: one of your own, made once, and used again and again. The
   * fastest way: nothing is allocated. Releases the packet before. Throws a `RangeError`, and takes nothing, where it does not fit.
   *
   * Only the header in `packet` is good afterwards: its place in the ring is the writer's again. For ranges, take `tryRead`, or `nextInto` of a batch.
   */
  tryReadInto(target: Uint8Array, packet: IncomingPacket = this.#header): number {
    this.begin();
    return this.#receive(target, packet);
  }

  /** The same as soon as there is a packet: leave both alone until then. With nothing but options: `readInto(target, undefined, options)`. */
  readInto(target: Uint8Array, packet: IncomingPacket = this.#header, options?: WaitOptions): Promise<number> {
    try {
      const length = options === undefined ? this.tryReadInto(target, packet) : -1;
      if (length >= 0) return Promise.resolve(length);
    } catch (error) {
      return Promise.reject(error);
    }
    return this.wait(options ?? {}, () => this.#receiveIfAny(target, packet));
  }

  /** The same, blocking the thread; throws as `readSync`. */
  readIntoSync(target: Uint8Array, packet: IncomingPacket = this.#header, timeoutMs: number = Infinity): number {
    checkTimeout(timeoutMs);
    const length = this.tryReadInto(target, packet);
    return length >= 0 ? length : this.waitSync(timeoutMs, () => this.#receiveIfAny(target, packet));
  }

  /** All packets that are there, and those that come while it is read; or `null` where there is none now. */
  tryReadBatch(): ReadBatch | null {
    this.begin();
    return this.#openBatchIfReadable() ?? null;
  }

  /** The same, as soon as there is a packet. */
  readBatch(options: WaitOptions = {}): Promise<ReadBatch> {
    return this.wait(options, () => this.#openBatchIfReadable());
  }

  /** The same, blocking the thread; throws as `readSync`. */
  readBatchSync(timeoutMs: number = Number.POSITIVE_INFINITY): ReadBatch {
    return this.waitSync(timeoutMs, () => this.#openBatchIfReadable());
  }

  /** Waits until there is a packet, and leaves it there. Releases the one before. */
  waitReady(options: WaitOptions = {}): Promise<void> {
    return this.wait(options, () => this.look(false) || undefined).then(() => {});
  }

  /** The same, blocking the thread; throws as `readSync`. */
  waitReadySync(timeoutMs: number = Number.POSITIVE_INFINITY): void {
    this.waitSync(timeoutMs, () => this.look(false) || undefined);
  }

  /** Gives the packets that were read back to the writer, and signals it if it waits for that much. */
  release(): void {
    if (this.#batch === null) this.commit();
  }

  /**
   * All packets, until the peer closes its end; each is good until the next one is asked for. Throws what `read` does, but ends
   * where the code is `PeerClosed`. Leaving the loop releases the last packet and closes nothing.
   */
  [Symbol.asyncIterator](): AsyncGenerator<PacketRef, void, undefined> {
    const [now, later, atEnd] = [() => this.tryRead(), () => this.read(), () => this.release()];
    return untilClosed(this.#channel, { now, later, atEnd });
  }

  /** Whether the peer says that it signals a writer that waits for room. */
  supportsPendingSendSize(): boolean {
    return this.ring.supportsPendingSendSize();
  }

  /**
   * The next packet into `into`: true. False where there is none. The caller commits, and has released what was read before. Throws where
   * there is none and the peer is gone. @internal
   */
  take(into: PacketWords): boolean {
    if (this.takeNow(into)) return true;
    // What the peer published before it went is visible once it is known to be gone.
    return this.#channel.signal.seemsPeerGone && this.look(false) && this.takeNow(into);
  }

  /** The same, whether the peer is gone or not. @internal */
  takeNow(into: PacketWords): boolean {
    const channel = this.#channel;
    try {
      if (!take(this.ring, this.#offset, into)) return false;
      this.#countTaken(into);
      return true;
    } catch (error) {
      throw channel.failUnlessGone(error);
    }
  }

  /** The same with its payload, to the beginning of `target`: its length, or -1. @internal */
  takeIntoNow(target: Uint8Array, packet: IncomingPacket = this.#header): number {
    try {
      if (readInto(this.ring, this.#offset, packet, target) === null) return -1;
      this.#countTaken(packet);
      return packet.payloadLength;
    } catch (error) {
      throw this.#channel.failUnlessGone(error);
    }
  }

  #countTaken(packet: PacketWords): void {
    if (!this.#masked) this.#mask();
    this.#takenPackets++;
    const { counters } = this.#channel;
    counters.packetsRead++;
    counters.bytesRead += describedSizeIn(packet.word1) + FOOTER_SIZE;
  }

  #receive(target: Uint8Array, packet: IncomingPacket): number {
    const length = this.#receiveNow(target, packet);
    if (length >= 0 || !this.#channel.signal.seemsPeerGone || !this.look(false)) return length;
    return this.#receiveNow(target, packet);
  }

  #receiveIfAny(target: Uint8Array, packet: IncomingPacket): number | undefined {
    const length = this.#receive(target, packet);
    return length < 0 ? undefined : length;
  }

  /** `takeIntoNow` and `commit` in one, where nobody has to be told in between. */
  #receiveNow(target: Uint8Array, packet: IncomingPacket): number {
    const channel = this.#channel;
    if (channel.commitLog !== null) {
      const length = this.takeIntoNow(target, packet);
      this.commit();
      return length;
    }
    try {
      const due = receiveInto(this.ring, this.#offset, packet, target);
      if (due === null) return -1;
      this.#countTaken(packet);
      this.#takenPackets = 0;
      // Before others are told, who may read into the same packet.
      const length = packet.payloadLength;
      channel.signalIf(due);
      this.onUse?.();
      return length;
    } catch (error) {
      throw channel.failUnlessGone(error);
    }
  }

  /**
   * Whether there is a packet. With `arm`, and none, the writer signals the next one: the interrupt mask is cleared, and the
   * ring looked at after that. @internal
   */
  look(arm: boolean): boolean {
    try {
      if (this.#isReadable()) return true;
      if (!arm) return false;
      if (this.#masked || this.#channel.signal.carrierMasks) {
        this.ring.setInterruptMask(false);
        this.#masked = false;
      } else {
        this.ring.verifyInterruptsUnmasked();
      }
      return this.#isReadable();
    } catch (error) {
      throw this.#channel.failUnlessGone(error);
    }
  }

  /** Commits all that was read. @internal */
  commit(): void {
    const offset = this.#offset;
    if (offset.nextOut === offset.committedOut) return;
    this.epoch++;
    const channel = this.#channel;
    // Whoever closed the channel gave everything up.
    if (channel.isClosed) return;
    try {
      const { commitLog } = channel;
      if (commitLog !== null) {
        const bytes = ringAvailable(this.ring.inner.size, offset.nextOut, offset.committedOut);
        commitLog.reads(this.#takenPackets, bytes);
      }
      this.#takenPackets = 0;
      channel.signalIf(this.ring.commitRead(offset));
    } catch (error) {
      throw channel.failUnlessGone(error);
    }
    this.onUse?.();
  }

  /** Takes `packet` and all others that are not committed back. @internal */
  revert(packet: IncomingPacket | null): void {
    if (packet !== null && this.#batch !== null) throw new TypeError('revert the batch that this packet is of');
    this.epoch++;
    this.#takenPackets = 0;
    this.#offset.revert();
  }

  /** The batch is at its end. @internal */
  endBatch(): void {
    this.#batch = null;
    this.onUse?.();
  }

  /** Throws unless the half can be read from now, and releases what was read before. @internal */
  begin(): void {
    this.#channel.check();
    if (this.#pending) throw new TypeError('another read is pending');
    if (this.#batch !== null) throw new TypeError('a batch is open: commit it first');
    this.commit();
  }

  #isReadable(): boolean {
    if (this.ring.canRead(this.#offset)) return true;
    const { signal } = this.#channel;
    if (!signal.seemsPeerGone || !signal.isPeerGone()) return false;
    // What the peer published before it went is visible now.
    if (this.ring.canRead(this.#offset)) return true;
    throw signal.peerError();
  }

  #mask(): void {
    this.ring.setInterruptMask(true);
    this.#masked = true;
    this.onUse?.();
  }

  /** Nobody waits any more: no signal is wanted. */
  #endWait(): void {
    this.#pending = false;
    if (this.#masked) return;
    try {
      this.#mask();
    } catch (error) {
      this.#channel.failUnlessGone(error);
    }
  }

  #openBatchIfReadable(): ReadBatch | undefined {
    if (!this.look(false)) return undefined;
    this.#batch = new ReadBatch(this);
    return this.#batch;
  }

  /**
   * What `attempt` returns, as soon as that is something: it is called when there is a packet, and has to take one. @internal
   */
  wait<T>(options: WaitOptions, attempt: () => T | undefined): Promise<T> {
    try {
      this.begin();
      checkWait(options);
      const result = attempt();
      if (result !== undefined) return Promise.resolve(result);
    } catch (error) {
      return Promise.reject(error);
    }
    this.#pending = true;
    this.#channel.counters.readWaits++;
    const attemptArmed = (arm: boolean): T | undefined => {
      const outcome = this.look(arm) ? attempt() : undefined;
      if (outcome !== undefined) {
        this.#pending = false;
        this.onUse?.();
      }
      return outcome;
    };
    return this.#channel.waiters.wait(attemptArmed, () => this.#endWait(), options);
  }

  /** The same, blocking the thread. @internal */
  waitSync<T>(timeoutMs: number, attempt: () => T | undefined): T {
    this.begin();
    checkTimeout(timeoutMs);
    const result = attempt();
    if (result !== undefined) return result;
    const channel = this.#channel;
    channel.counters.readWaits++;
    const attemptArmed = (arm: boolean): T | undefined => {
      channel.check();
      return this.look(arm) ? attempt() : undefined;
    };
    return channel.waiters.waitSync(
      attemptArmed,
      () => this.#endWait(),
      timeoutMs,
      () => this.look(false),
    );
  }
}
