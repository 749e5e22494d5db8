import type { IncomingPacket } from '../ring/incoming-packet.ts';
import type { OutgoingPacketType } from '../ring/outgoing-packet.ts';
import { type Channel, claimChannel } from './channel.ts';
import type { ChannelInspection } from './channel-inspection.ts';
import type { PacketRef } from './packet-ref.ts';
import type { Sendable } from './queue-packet.ts';
import type { ReadBatch } from './read-batch.ts';
import { ReadHalf } from './read-half.ts';
import type { WaitOptions } from './wait-options.ts';
import type { WriteBatch } from './write-batch.ts';
import { WriteHalf } from './write-half.ts';

/**
 * Packets through a channel, of all types, each way: read and written one by one or in batches, at once, asynchronously, or
 * blocking. What each method does, {@link ReadHalf} and {@link WriteHalf} say; a queue has them all.
 *
 * Source: OpenVMM `vmbus_async::queue::Queue`.
 *
 * @example
 * ```ts
 * import { connectedQueues } from 'vmbus-ring';
 *
 * const [sender, receiver] = connectedQueues({ ringBytes: 65536 });
 *
 * await sender.write(new TextEncoder().encode('hello, ring'));
 * sender.close();
 * for await (const packet of receiver) {
 *   packet.payloadLength; // 16
 * }
 * ```
 */
export class Queue {
  /** The channel's end that the queue uses. */
  readonly channel: Channel;
  /** The half that reads. */
  readonly reader: ReadHalf;
  /** The half that writes. */
  readonly writer: WriteHalf;

  /** Takes `channel` for itself. Throws a `TypeError` where another one has it, and a `ChannelError` where it is closed. */
  constructor(channel: Channel) {
    claimChannel(channel, 'Queue');
    this.channel = channel;
    this.reader = new ReadHalf(channel);
    this.writer = new WriteHalf(channel);
  }

  /** The two halves, which run independently of each other. */
  split(): { readonly reader: ReadHalf; readonly writer: WriteHalf } {
    return { reader: this.reader, writer: this.writer };
  }

  /** See {@link ReadHalf.tryRead}. */
  tryRead(): PacketRef | null {
    return this.reader.tryRead();
  }

  /** See {@link ReadHalf.read}. */
  read(options?: WaitOptions): Promise<PacketRef> {
    return this.reader.read(options);
  }

  /** See {@link ReadHalf.readSync}. */
  readSync(timeoutMs?: number): PacketRef {
    return this.reader.readSync(timeoutMs);
  }

  /** See {@link ReadHalf.tryReadInto}. */
  tryReadInto(target: Uint8Array, packet?: IncomingPacket): number {
    return this.reader.tryReadInto(target, packet);
  }

  /** See {@link ReadHalf.readInto}. */
  readInto(target: Uint8Array, packet?: IncomingPacket, options?: WaitOptions): Promise<number> {
    return this.reader.readInto(target, packet, options);
  }

  /** See {@link ReadHalf.readIntoSync}. */
  readIntoSync(target: Uint8Array, packet?: IncomingPacket, timeoutMs?: number): number {
    return this.reader.readIntoSync(target, packet, timeoutMs);
  }

  /** See {@link ReadHalf.tryReadBatch}. */
  tryReadBatch(): ReadBatch | null {
    return this.reader.tryReadBatch();
  }

  /** See {@link ReadHalf.readBatch}. */
  readBatch(options?: WaitOptions): Promise<ReadBatch> {
    return this.reader.readBatch(options);
  }

  /** See {@link ReadHalf.readBatchSync}. */
  readBatchSync(timeoutMs?: number): ReadBatch {
    return this.reader.readBatchSync(timeoutMs);
  }

  /** All packets, until the peer closes its end. */
  [Symbol.asyncIterator](): AsyncGenerator<PacketRef, void, undefined> {
    return this.reader[Symbol.asyncIterator]();
  }

  /** See {@link WriteHalf.tryWrite}. */
  tryWrite(packet: Sendable): boolean {
    return this.writer.tryWrite(packet);
  }

  /** See {@link WriteHalf.write}. */
  write(packet: Sendable, options?: WaitOptions): Promise<void> {
    return this.writer.write(packet, options);
  }

  /** See {@link WriteHalf.writeSync}. */
  writeSync(packet: Sendable, timeoutMs?: number): void {
    this.writer.writeSync(packet, timeoutMs);
  }

  /** See {@link WriteHalf.writeAligned}. */
  writeAligned(
    transactionId: bigint | number,
    typ: OutgoingPacketType,
    data: BigUint64Array,
    options?: WaitOptions,
  ): Promise<void> {
    return this.writer.writeAligned(transactionId, typ, data, options);
  }

  /** See {@link WriteHalf.writeBatch}. */
  writeBatch(): WriteBatch {
    return this.writer.writeBatch();
  }

  /** See {@link WriteHalf.canWrite}. */
  canWrite(bytes: number): boolean {
    return this.writer.canWrite(bytes);
  }

  /** See {@link WriteHalf.waitReady}. */
  waitReady(bytes: number, options?: WaitOptions): Promise<void> {
    return this.writer.waitReady(bytes, options);
  }

  /** See {@link WriteHalf.capacity}. */
  get capacity(): number {
    return this.writer.capacity;
  }

  /** See {@link Channel.inspect}. */
  inspect(): ChannelInspection {
    return this.channel.inspect();
  }

  /** See {@link Channel.close}. */
  close(): void {
    this.channel.close();
  }

  /** The same as `close`. */
  [Symbol.dispose](): void {
    this.channel.close();
  }
}
