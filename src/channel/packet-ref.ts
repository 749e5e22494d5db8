import { readGpaRanges, readTransferPageRanges } from '../external/external-ranges.ts';
import type { GuestMemory } from '../gpa/guest-memory.ts';
import { MultiPagedRangeBuf } from '../gpa/multi-paged-range-buf.ts';
import type { PagedRange } from '../gpa/paged-range.ts';
import { copyOutFast } from '../direct/fast-copy.ts';
import { IncomingPacket, type IncomingPacketType, type PacketWords } from '../ring/incoming-packet.ts';
import type { RingRangeReader } from '../ring/range-reader.ts';
import { readExternalData, resolveTransferRanges, writeExternalData } from './external-data.ts';
import { describedSizeIn, payloadStartIn } from '../wire/descriptor-words.ts';
import type { ReadHalf } from './read-half.ts';

const GIVEN_BACK =
  'this packet was given back to the writer, by `release`, the next read or the end of its batch: copy before that';

/**
 * A packet that was read and is still in the ring: good until it is released, which the next read does, and so do `release`,
 * the end of a `using`, and whatever commits its batch. After that every use of it throws a `TypeError`: its bytes are the
 * writer's again.
 *
 * Until then the peer can change what the payload holds, not what the header said: copy once, then check.
 *
 * Source: OpenVMM `vmbus_async::queue::{PacketRef, IncomingPacket, DataPacket, CompletionPacket}`, in one.
 *
 * @example
 * ```ts
 * import { connectedQueues, OutgoingPacketType } from 'vmbus-ring';
 *
 * const [sender, receiver] = connectedQueues({ ringBytes: 4096 });
 * sender.tryWrite({ payload: Uint8Array.of(1, 2, 3), transactionId: 7n, typ: OutgoingPacketType.InBandWithCompletion });
 *
 * const packet = await receiver.read();
 * packet.transactionId; // 7n
 * packet.readAll().length; // 8: the ring pads payloads
 * packet.revert(); // that was only a look
 * (await receiver.read()).transactionId; // 7n
 * ```
 */
export class PacketRef {
  /** @internal */
  offset = 0;
  /** @internal */
  word0 = 0;
  /** @internal */
  word1 = 0;
  /** @internal */
  idLow = 0;
  /** @internal */
  idHigh = 0;
  /** @internal */
  extended0 = 0;
  /** @internal */
  extended1 = 0;

  readonly #half: ReadHalf;
  readonly #epoch: number;

  /** Made by `ReadHalf` and `ReadBatch`, which have the ring fill it. */
  constructor(half: ReadHalf) {
    this.#half = half;
    this.#epoch = half.epoch;
  }

  /** Whether it was given back. */
  get isReleased(): boolean {
    return this.#epoch !== this.#half.epoch;
  }

  /** What the ring says of it: its header, as it was read, once. */
  get packet(): IncomingPacket {
    this.#check();
    return packetOf(this);
  }

  /** The packet's kind, with what only packets of this kind have. */
  get typ(): IncomingPacketType {
    return this.packet.typ;
  }

  /** The transaction id: of completions, and of packets that ask for one; else `null`. */
  get transactionId(): bigint | null {
    return this.packet.transactionId;
  }

  /** Whether the sender waits for a completion with this packet's transaction id. */
  get completionRequested(): boolean {
    return this.packet.completionRequested;
  }

  /** Bytes of payload, padding included: a multiple of 8. */
  get payloadLength(): number {
    this.#check();
    return describedSizeIn(this.word1) - payloadStartIn(this.word0);
  }

  /** Reads the payload in place, from its start to its end. */
  reader(): RingRangeReader {
    return this.packet.payload.reader(this.#half.ring);
  }

  /** The payload, padding included, in a new array. */
  readAll(): Uint8Array<ArrayBuffer> {
    return this.reader().readAll();
  }

  /**
   * Copies the payload, padding included, to the beginning of `target`; returns its length in bytes. Throws a `RangeError`,
   * and copies nothing, where it does not fit.
   */
  readInto(target: Uint8Array): number {
    this.#check();
    const start = payloadStartIn(this.word0);
    const length = describedSizeIn(this.word1) - start;
    if (length > target.length) throw new RangeError(`the payload has ${length} bytes, the target ${target.length}`);
    const { inner } = this.#half.ring;
    if (!copyOutFast(inner, this.offset + start, length, target)) inner.read(this.offset + start, target, length);
    return length;
  }

  /** The payload in place, without a copy, or `null` where it does not lie in one piece. See `RingRange.view`. */
  view(): Uint8Array | null {
    return this.packet.payload.view(this.#half.ring);
  }

  /** How many ranges of memory the packet names beside its payload: 0 for one that carries all in itself. */
  get externalRangeCount(): number {
    const { typ } = this.packet;
    return 'rangeCount' in typ ? typ.rangeCount : 0;
  }

  /** The id of the set of pages that a transfer-page packet refers to; `null` for all other packets. */
  get transferBufferId(): number | null {
    const { typ } = this.packet;
    return typ.kind === 'TransferPages' ? typ.transferPageSetId : null;
  }

  /**
   * The ranges of the sender's memory that a GPA-direct packet names, copied out of the ring and validated; none for a packet
   * without any. Throws a `GpaRangeError` where they are not valid, and a `TypeError` for a transfer-page packet. Whether the
   * guest has that memory is not known yet.
   */
  readExternalRanges(): MultiPagedRangeBuf {
    const { packet } = this;
    if (packet.typ.kind === 'InBand' || packet.typ.kind === 'Completion') return new MultiPagedRangeBuf();
    return readGpaRanges(this.#half.ring, packet);
  }

  /**
   * What a transfer-page packet names in `buffer`, the set of pages whose id is `transferBufferId`. Throws an `AccessError`
   * where a range is not within it, and a `TypeError` for a packet of another kind.
   */
  readTransferRanges(buffer: PagedRange): PagedRange[] {
    return resolveTransferRanges(readTransferPageRanges(this.#half.ring, this.packet), buffer);
  }

  /**
   * What guest memory holds in the ranges of a GPA-direct packet: see {@link readExternalData}. Throws as
   * `readExternalRanges` does.
   */
  readExternalData(memory: GuestMemory, maximumBytes: number): Uint8Array<ArrayBuffer> {
    return readExternalData(this.readExternalRanges(), memory, maximumBytes);
  }

  /**
   * Copies `bytes` to guest memory, into the ranges of a GPA-direct packet: see {@link writeExternalData}. Throws as
   * `readExternalRanges` does.
   */
  writeExternalData(memory: GuestMemory, bytes: Uint8Array): void {
    writeExternalData(this.readExternalRanges(), memory, bytes);
  }

  /**
   * Takes back the reading of this packet and of all others that are not released: they come again, and what was found out
   * about them is to be found out again. Throws a `TypeError` where it was released.
   */
  revert(): void {
    this.#half.revert(this.packet);
  }

  /** Gives the packet, and all others that were read with it, back to the writer. Nothing happens where it is already. */
  release(): void {
    if (this.#epoch === this.#half.epoch) this.#half.release();
  }

  /** The same as `release`. */
  [Symbol.dispose](): void {
    this.release();
  }

  #check(): void {
    if (this.#epoch !== this.#half.epoch) throw new TypeError(GIVEN_BACK);
  }
}

/** What the ring would have made of the same words. */
function packetOf(words: PacketWords): IncomingPacket {
  const packet = new IncomingPacket();
  const filled: PacketWords = packet;
  filled.offset = words.offset;
  filled.word0 = words.word0;
  filled.word1 = words.word1;
  filled.idLow = words.idLow;
  filled.idHigh = words.idHigh;
  filled.extended0 = words.extended0;
  filled.extended1 = words.extended1;
  return packet;
}
