import type { IncomingPacket, IncomingPacketType } from '../ring/incoming-packet.ts';
import type { RingRangeReader } from '../ring/range-reader.ts';
import type { ReadHalf } from './read-half.ts';

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
 * local.tryWrite({ payload: Uint8Array.of(1, 2, 3), transactionId: 7n, typ: OutgoingPacketType.InBandWithCompletion });
 *
 * const packet = await remote.read();
 * packet.transactionId; // 7n
 * packet.readAll().length; // 8: the ring pads payloads
 * packet.revert(); // that was only a look
 * (await remote.read()).transactionId; // 7n
 * ```
 */
export class PacketRef {
  readonly #half: ReadHalf;
  readonly #packet: IncomingPacket;
  readonly #epoch: number;

  /** Made by `ReadHalf` and `ReadBatch`. */
  constructor(half: ReadHalf, packet: IncomingPacket, epoch: number) {
    this.#half = half;
    this.#packet = packet;
    this.#epoch = epoch;
  }

  /** Whether it was given back. */
  get isReleased(): boolean {
    return this.#epoch !== this.#half.epoch;
  }

  /** What the ring says of it: its header, as it was read, once. */
  get packet(): IncomingPacket {
    if (this.#epoch !== this.#half.epoch) throw new TypeError('this packet was given back to the writer');
    return this.#packet;
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
    return this.packet.payloadLength;
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
    const length = this.packet.payloadLength;
    if (length > target.length) throw new RangeError(`the payload has ${length} bytes, the target ${target.length}`);
    this.reader().read(length === target.length ? target : target.subarray(0, length));
    return length;
  }

  /** The payload in place, without a copy, or `null` where it does not lie in one piece. See `RingRange.view`. */
  view(): Uint8Array | null {
    return this.packet.payload.view(this.#half.ring);
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
}
