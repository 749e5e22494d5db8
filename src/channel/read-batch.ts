import type { IncomingPacket } from '../ring/incoming-packet.ts';
import { PacketRef } from './packet-ref.ts';
import type { ReadHalf } from './read-half.ts';

/**
 * Packets that are read together and given back together: one commit, and one signal at most, for all of them. Nothing else can
 * be read from the half until the batch ends: by `commit`, or the end of a `using`. The packets are good until then.
 *
 * Source: OpenVMM `vmbus_async::queue::ReadBatch`.
 *
 * @example
 * ```ts
 * import { connectedQueues } from 'vmbus-ring';
 *
 * const [sender, receiver] = connectedQueues({ ringBytes: 4096 });
 * for (let i = 0; i < 3; i++) sender.tryWrite(Uint8Array.of(i));
 *
 * {
 *   using batch = await receiver.readBatch();
 *   for (const packet of batch) packet.payloadLength; // 8
 * }
 * receiver.tryReadBatch(); // null: all were given back
 * ```
 */
export class ReadBatch implements Iterable<PacketRef> {
  readonly #half: ReadHalf;
  #open = true;

  /** Made by `ReadHalf`. */
  constructor(half: ReadHalf) {
    this.#half = half;
  }

  /** The next packet, or `null` where there is none now. Never more of them than the ring holds at once. */
  next(): PacketRef | null {
    const half = this.#half;
    this.#check();
    const packet = new PacketRef(half);
    return half.takeNow(packet) ? packet : null;
  }

  /**
   * Copies the payload of the next packet, padding included, to the beginning of `target`; returns its length in bytes, or -1 where there is none
   * now. As `ReadHalf.tryReadInto`, but that its room is given back at `commit`, with that of the others: the ranges of `packet` can be read until then.
   */
  nextInto(target: Uint8Array, packet?: IncomingPacket): number {
    this.#check();
    return this.#half.takeIntoNow(target, packet);
  }

  /** The packets, one after the other, until there is none. Leaving the loop early leaves the rest for the next batch. */
  *[Symbol.iterator](): Generator<PacketRef, void, undefined> {
    for (let packet = this.next(); packet !== null; packet = this.next()) yield packet;
  }

  /** Takes back the reading of all packets of the batch, which stays open: they come again. */
  revert(): void {
    this.#check();
    this.#half.revert(null);
  }

  /** Gives all packets that were read back to the writer, and ends the batch. Nothing happens where it has ended. */
  commit(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#half.endBatch();
    this.#half.commit();
  }

  /** The same as `commit`. */
  [Symbol.dispose](): void {
    this.commit();
  }

  #check(): void {
    if (!this.#open) throw new TypeError('the batch was committed');
  }
}
