import { sendFrom } from '../direct/send-from.ts';
import { writeFrom } from '../direct/write-from.ts';
import { Full } from '../ring/outcome.ts';
import { ringAvailable } from '../ring/pointers.ts';
import type { OutgoingOffset } from '../ring/outgoing-offset.ts';
import type { OutgoingPacket, OutgoingPacketType } from '../ring/outgoing-packet.ts';
import type { OutgoingRing } from '../ring/outgoing-ring.ts';
import type { RingRange } from '../ring/range.ts';
import type { Channel } from './channel.ts';
import { checkPacket, DEFAULT_TYPE, packetSize, payloadSize, type Sendable } from './queue-packet.ts';
import { RoomRequest } from './room-request.ts';
import { checkTimeout, checkWait, type WaitOptions } from './wait-options.ts';
import { WriteBatch } from './write-batch.ts';

/** What became of a packet: there was no room, or it was written, or published as well. */
const FULL = 0;
const PUT = 1;
const SENT = 2;
type Outcome = typeof FULL | typeof PUT | typeof SENT;

/**
 * The writing half of a queue. Any number of asynchronous writes may be pending, up to 1024: they are done in the order in which
 * they were asked for, and nothing overtakes them. A pending write holds on to the caller's payload and copies nothing before it is
 * its turn: leave the bytes alone until then.
 *
 * All operations throw a `ChannelError` with code `PeerClosed` or `PeerDied` once the peer is gone, `Closed` once this end is
 * closed; the `VmbusRingError` if the ring is corrupt, which closes the channel; and what `OutgoingRing.write` throws for a
 * packet that cannot be sent: then nothing was written.
 *
 * While it waits for room, a writer asks to be signalled when its packet fits and a quarter of the ring is free, and takes
 * that back at the end, however it comes. Where the peer does not say that it signals waiting writers, it also looks by itself, every
 * 1 to 64 ms. Source: OpenVMM `vmbus_async::queue::WriteHalf`.
 *
 * @example
 * ```ts
 * import { connectedQueues, OutgoingPacketType } from 'vmbus-ring';
 *
 * const [local, remote] = connectedQueues({ ringBytes: 4096 });
 * const writer = local.writer;
 * const reader = remote.reader;
 *
 * writer.tryWrite(Uint8Array.of(1, 2, 3)); // true
 * await writer.write({ payload: new Uint8Array(100), transactionId: 1n, typ: OutgoingPacketType.InBandWithCompletion });
 * writer.tryWrite(new Uint8Array(4000)); // false: there is no room now
 *
 * const pending = writer.write(new Uint8Array(4000));
 * for (let i = 0; i < 2; i++) reader.tryRead();
 * reader.release();
 * await pending;
 * ```
 */
export class WriteHalf {
  /** @internal */
  readonly ring: OutgoingRing;

  readonly #channel: Channel;
  readonly #offset: OutgoingOffset;
  readonly #room: RoomRequest;
  readonly #sent: Promise<void> = Promise.resolve();
  #batch: WriteBatch | null = null;

  /** What the ring is told of the packet that is being put: one object for all that have no ranges. */
  readonly #placed: { transactionId: bigint | number; size: number; typ: OutgoingPacketType } = {
    transactionId: 0,
    size: 0,
    typ: DEFAULT_TYPE,
  };

  /** Packets that were put and not published. */
  #putPackets = 0;

  /** Made by the queues and pipes. */
  constructor(channel: Channel) {
    this.#channel = channel;
    this.ring = channel.outgoing;
    this.#offset = channel.writeOffset;
    this.#room = new RoomRequest(channel);
    channel.writer = this;
  }

  /** Whether a batch is open. @internal */
  get hasBatch(): boolean {
    return this.#batch !== null;
  }

  /** Bytes of the largest packet, footer included: the ring's size less 8. */
  get capacity(): number {
    return this.ring.maximumPacketSize();
  }

  /** Writes and publishes a packet: true. False where there is no room for it now, or others wait for room. */
  tryWrite(packet: Sendable): boolean {
    this.begin();
    if (!this.#room.isFree) return false;
    const outcome = this.#put(packet, true);
    if (outcome === FULL) return false;
    if (outcome === PUT) this.commit();
    return true;
  }

  /** Writes and publishes a packet, as soon as there is room for it. */
  write(packet: Sendable, options?: WaitOptions): Promise<void> {
    // The short way, without a function made: there is room, as a rule.
    try {
      if (options === undefined && this.tryWrite(packet)) return this.#sent;
    } catch (error) {
      return Promise.reject(error);
    }
    return this.wait(
      () => packetSize(packet),
      options ?? {},
      () => this.put(packet),
    );
  }

  /**
   * The same, blocking the thread. Throws a `ChannelError` with code `TimedOut` after `timeoutMs`, and a `TypeError` where the
   * thread must not block.
   */
  writeSync(packet: Sendable, timeoutMs: number = Number.POSITIVE_INFINITY): void {
    checkTimeout(timeoutMs);
    if (this.tryWrite(packet)) return;
    this.waitSync(
      () => packetSize(packet),
      timeoutMs,
      () => this.put(packet),
    );
  }

  /** As `tryWrite`, with a payload of whole 64-bit words. */
  tryWriteAligned(transactionId: bigint | number, typ: OutgoingPacketType, data: BigUint64Array): boolean {
    this.begin();
    return this.#room.isFree && this.putAndCommit(() => this.putAligned(transactionId, typ, data));
  }

  /** As `write`, with a payload of whole 64-bit words. */
  writeAligned(
    transactionId: bigint | number,
    typ: OutgoingPacketType,
    data: BigUint64Array,
    options: WaitOptions = {},
  ): Promise<void> {
    return this.wait(
      () => packetSize({ typ, payload: asBytes(data) }),
      options,
      () => this.putAligned(transactionId, typ, data),
    );
  }

  /**
   * Packets that are published together: one commit, and one signal at most. Nothing else can be written to the half until the
   * batch ends.
   */
  writeBatch(): WriteBatch {
    this.begin();
    this.#batch = new WriteBatch(this);
    return this.#batch;
  }

  /** Whether a packet that takes `bytes` on the ring (see `packetSize`) could be written now. */
  canWrite(bytes: number): boolean {
    this.begin();
    return this.#room.isFree && this.hasRoom(bytes);
  }

  /**
   * Waits until a packet that takes `bytes` on the ring (see `packetSize`) can be written. Writes that were asked for before
   * come first. Whoever waits for `capacity` waits until the peer has read everything.
   */
  waitReady(bytes: number, options: WaitOptions = {}): Promise<void> {
    return this.wait(
      () => bytes,
      options,
      () => this.hasRoom(bytes),
    );
  }

  /** The same, blocking the thread; throws as `writeSync`. */
  waitReadySync(bytes: number, timeoutMs: number = Number.POSITIVE_INFINITY): void {
    this.waitSync(
      () => bytes,
      timeoutMs,
      () => this.hasRoom(bytes),
    );
  }

  /** Throws unless the half can be written to now. @internal */
  begin(): void {
    this.checkPeer();
    if (this.#batch !== null) throw new TypeError('a batch is open: commit it first');
  }

  /** Throws once this end is closed, or the peer's is. @internal */
  checkPeer(): void {
    this.#channel.check();
    const { signal } = this.#channel;
    if (signal.seemsPeerGone) throw signal.peerError();
  }

  /** The batch is at its end. @internal */
  endBatch(): void {
    this.#batch = null;
  }

  /** Whether `bytes` are free, as far as the batch may know that others wait. @internal */
  hasRoom(bytes: number): boolean {
    try {
      return this.ring.canWrite(this.#offset, bytes);
    } catch (error) {
      throw this.#channel.failUnlessGone(error);
    }
  }

  /** Writes a packet and does not publish it. False where there is no room. @internal */
  put(packet: Sendable): boolean {
    return this.#put(packet, false) === PUT;
  }

  /** The same; with `mayPublish`, published where all of it can be done in one call. */
  #put(packet: Sendable, mayPublish: boolean): Outcome {
    const bare = packet instanceof Uint8Array;
    if (!bare) checkPacket(packet);
    const payload = bare ? packet : packet.payload;
    const typ = bare ? DEFAULT_TYPE : (packet.typ ?? DEFAULT_TYPE);
    const size = bare ? packet.length : payloadSize(payload);
    const transactionId = bare ? 0 : (packet.transactionId ?? 0);
    // Ranges may run code of the caller's, which may put another packet meanwhile.
    const placed = 'ranges' in typ ? { transactionId, size, typ } : this.#placed;
    placed.size = size;
    placed.transactionId = transactionId;
    placed.typ = typ;
    if (!(payload instanceof Uint8Array)) return this.#place(placed, payload) ? PUT : FULL;
    const { nextIn, committedIn } = this.#offset;
    // Who counts commits is told before they are published, and what the packet's getters have put is counted by itself.
    if (!mayPublish || placed !== this.#placed || this.#channel.commitLog !== null || nextIn !== committedIn) {
      return this.#placeWhole(placed, payload) ? PUT : FULL;
    }
    return this.#sendWhole(placed, payload) ? SENT : FULL;
  }

  /** Header, payload, footer and the commit in one call. */
  #sendWhole(packet: OutgoingPacket, payload: Uint8Array): boolean {
    const channel = this.#channel;
    const offset = this.#offset;
    const before = offset.nextIn;
    // The packet's getters may have closed it.
    channel.check();
    try {
      const due = sendFrom(this.ring, offset, packet, payload);
      if (due instanceof Full) return false;
      const { counters } = channel;
      counters.packetsWritten++;
      counters.bytesWritten += ringAvailable(this.ring.inner.size, offset.nextIn, before);
      channel.signalIf(due);
    } catch (error) {
      throw channel.failUnlessGone(error);
    }
    return true;
  }

  /** Header, footer and payload at once: as most packets are written. */
  #placeWhole(packet: OutgoingPacket, payload: Uint8Array): boolean {
    try {
      if (writeFrom(this.ring, this.#offset, packet, payload) !== null) return false;
    } catch (error) {
      throw this.#channel.failUnlessGone(error);
    }
    this.#putPackets++;
    return true;
  }

  /** The same, with a payload of whole 64-bit words. @internal */
  putAligned(transactionId: bigint | number, typ: OutgoingPacketType, data: BigUint64Array): boolean {
    const size = asBytes(data).length;
    return this.#place({ transactionId, size, typ }, data);
  }

  /** Header and footer by the ring, then the payload. What could not be finished was never there. */
  #place(packet: OutgoingPacket, payload: readonly Uint8Array[] | BigUint64Array | undefined): boolean {
    const offset = this.#offset;
    const before = offset.nextIn;
    try {
      const range = this.ring.write(offset, packet);
      if (range instanceof Full) return false;
      if (payload instanceof BigUint64Array) range.writeAlignedFull(this.ring, payload);
      else if (payload !== undefined && packet.size !== 0) this.#fill(range, payload);
      // Found out at the commit, it would stay in the way of all others.
      const { unwrittenBytes } = this.ring.inner.tally;
      if (unwrittenBytes !== 0) throw new RangeError(`the payload became ${unwrittenBytes} bytes shorter meanwhile`);
    } catch (error) {
      if (offset.nextIn !== before) {
        offset.nextIn = before;
        this.ring.inner.tally = { unwrittenBytes: 0 };
      }
      throw this.#channel.failUnlessGone(error);
    }
    this.#putPackets++;
    return true;
  }

  #fill(range: RingRange, pieces: readonly Uint8Array[]): void {
    const writer = range.writer(this.ring);
    for (const piece of pieces) writer.write(piece);
  }

  /** A packet was put by a pipe. @internal */
  countPut(): void {
    this.#putPackets++;
  }

  /** Publishes all packets that were put. @internal */
  commit(): void {
    const offset = this.#offset;
    const before = offset.committedIn;
    if (offset.nextIn === before) return;
    const channel = this.#channel;
    channel.check();
    try {
      const bytes = ringAvailable(this.ring.inner.size, offset.nextIn, before);
      channel.commitLog?.writes(this.#putPackets, bytes);
      const due = this.ring.commitWrite(offset);
      channel.counters.packetsWritten += this.#putPackets;
      channel.counters.bytesWritten += bytes;
      this.#putPackets = 0;
      channel.signalIf(due);
    } catch (error) {
      throw channel.failUnlessGone(error);
    }
  }

  /** Takes back all packets that were put and not published. @internal */
  revert(): void {
    this.#putPackets = 0;
    this.#offset.revert();
  }

  /** Whether this end is closed. @internal */
  get isClosed(): boolean {
    return this.#channel.isClosed;
  }

  /** Whether nobody waits for room. @internal */
  get isRoomFree(): boolean {
    return this.#room.isFree;
  }

  /** What `put` wrote is published, whether it was all or not: what waits has nothing that is not. @internal */
  putAndCommit(put: () => boolean): boolean {
    const done = put();
    this.commit();
    return done;
  }

  /**
   * Calls `put` until it says that all is written, each time when there is room for `bytes()`. `isBounded`: not where more wait
   * already than may. @internal
   */
  wait(bytes: () => number, options: WaitOptions, put: () => boolean, isBounded = true): Promise<void> {
    try {
      this.begin();
      checkWait(options);
      if (this.#room.isFree && this.putAndCommit(put)) return this.#sent;
      return this.#room.wait(bytes, options, () => this.putAndCommit(put), isBounded);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** The same, blocking the thread. @internal */
  waitSync(bytes: () => number, timeoutMs: number, put: () => boolean): void {
    this.begin();
    checkTimeout(timeoutMs);
    if (this.#room.isFree && this.putAndCommit(put)) return;
    this.#room.waitSync(bytes, timeoutMs, () => this.putAndCommit(put));
  }
}

function asBytes(data: BigUint64Array): Uint8Array {
  if (!(data instanceof BigUint64Array)) throw new TypeError('an aligned payload is a BigUint64Array');
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
