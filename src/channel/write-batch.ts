import type { OutgoingPacketType } from '../ring/outgoing-packet.ts';
import type { Sendable } from './queue-packet.ts';
import type { WriteHalf } from './write-half.ts';

/**
 * Packets that are published together: one commit, and one signal at most, for all of them. Nothing else can be written to the
 * half until the batch ends: by `commit`, by `revert`, or the end of a `using`, which commits.
 *
 * Never wait with a batch open: what it holds, the peer cannot read.
 *
 * Source: OpenVMM `vmbus_async::queue::WriteBatch`.
 *
 * @example
 * ```ts
 * import { connectedQueues } from 'vmbus-ring';
 *
 * const [sender, receiver] = connectedQueues({ ringBytes: 4096 });
 * {
 *   using batch = sender.writeBatch();
 *   for (let i = 0; i < 16; i++) batch.tryWrite(Uint8Array.of(i)); // true
 *   receiver.tryRead(); // null: nothing is published yet
 * }
 * receiver.tryRead()?.readAll()[0]; // 0
 * sender.inspect().signals.sent; // 0: nobody waits
 * ```
 */
export class WriteBatch {
  readonly #half: WriteHalf;
  #open = true;

  /** Made by `WriteHalf`. */
  constructor(half: WriteHalf) {
    this.#half = half;
  }

  /** Writes a packet: true. False where there is no room for it now, or others wait for room. */
  tryWrite(packet: Sendable): boolean {
    this.#check();
    return this.#half.isRoomFree && this.#half.put(packet);
  }

  /** The same, with a payload of whole 64-bit words. */
  tryWriteAligned(transactionId: bigint | number, typ: OutgoingPacketType, data: BigUint64Array): boolean {
    this.#check();
    return this.#half.isRoomFree && this.#half.putAligned(transactionId, typ, data);
  }

  /** Whether a packet that takes `bytes` on the ring (see `packetSize`) could be written now. */
  canWrite(bytes: number): boolean {
    this.#check();
    return this.#half.isRoomFree && this.#half.hasRoom(bytes);
  }

  /** Publishes all packets of the batch, and ends it. Nothing happens where it has ended. */
  commit(): void {
    if (!this.#open) return;
    this.#end();
    this.#half.commit();
  }

  /** Takes all packets of the batch back, and ends it: the peer never sees them. */
  revert(): void {
    this.#check();
    this.#end();
    this.#half.revert();
  }

  /**
   * The same as `commit`, but that nothing is thrown once this end is closed: the error that closed it in the middle of a batch
   * would be hidden in a `SuppressedError`.
   */
  [Symbol.dispose](): void {
    if (this.#half.isClosed) this.#end();
    else this.commit();
  }

  #check(): void {
    if (!this.#open) throw new TypeError('the batch was committed or taken back');
    this.#half.checkPeer();
  }

  #end(): void {
    this.#open = false;
    this.#half.endBatch();
  }
}
