import { type Channel, claimChannel } from '../channel/channel.ts';
import type { ChannelInspection } from '../channel/channel-inspection.ts';
import type { WaitOptions } from '../channel/wait-options.ts';
import type { MessageReadBatch } from './message-read-batch.ts';
import { MessageReadHalf } from './message-read-half.ts';
import type { MessageWriteBatch } from './message-write-batch.ts';
import { type Message, MessageWriteHalf } from './message-write-half.ts';
import { checkRestoredMessages, type SavedMessages } from './saved-pipe.ts';

/** How the messages of a pipe lie in its packets. Both ends have to agree. */
export interface MessagePipeOptions {
  /**
   * Without the pipe header: a packet's payload is the message. Larger messages fit, and their length comes out as the next
   * multiple of 8, with zeros at the end. False if left out.
   */
  readonly raw?: boolean;
}

/**
 * Messages through a channel, each way, kept apart and of exact length, empty ones included. What each method does,
 * {@link MessageReadHalf} and {@link MessageWriteHalf} say; a pipe has them all.
 *
 * Source: OpenVMM `vmbus_async::pipe::MessagePipe`.
 *
 * @example
 * ```ts
 * import { connectedMessagePipes } from 'vmbus-ring';
 *
 * const [sender, receiver] = connectedMessagePipes({ ringBytes: 65536 });
 * for (const text of ['one', 'two', 'three']) await sender.send(new TextEncoder().encode(text));
 * sender.close();
 *
 * const texts: string[] = [];
 * for await (const message of receiver) texts.push(new TextDecoder().decode(message));
 * texts; // ['one', 'two', 'three']
 * ```
 */
export class MessagePipe {
  /** The channel's end that the pipe uses. */
  readonly channel: Channel;
  /** The half that receives. */
  readonly reader: MessageReadHalf;
  /** The half that sends. */
  readonly writer: MessageWriteHalf;
  /** Whether messages have no pipe header. */
  readonly raw: boolean;

  /**
   * Takes `channel` for itself. Throws a `TypeError` where another one has it, or it was saved by a pipe with the other `raw`, and a
   * `ChannelError` where it is closed.
   */
  constructor(channel: Channel, options: MessagePipeOptions = {}) {
    claimChannel(channel, 'MessagePipe');
    this.channel = channel;
    this.raw = options.raw === true;
    checkRestoredMessages(channel.restored, this.raw);
    channel.saving = { saveState: (): SavedMessages => ({ raw: this.raw }) };
    const framing = { framed: !this.raw };
    this.reader = new MessageReadHalf(channel, framing);
    this.writer = new MessageWriteHalf(channel, framing);
  }

  /** The two halves, which run independently of each other. */
  split(): { readonly reader: MessageReadHalf; readonly writer: MessageWriteHalf } {
    return { reader: this.reader, writer: this.writer };
  }

  /** Bytes of the largest message that can be sent. `reader.maximumMessageSize` is that of the largest one that can come. */
  get maximumMessageSize(): number {
    return this.writer.maximumMessageSize;
  }

  /** See {@link MessageWriteHalf.trySend}. */
  trySend(message: Message): boolean {
    return this.writer.trySend(message);
  }

  /** See {@link MessageWriteHalf.send}. */
  send(message: Message, options?: WaitOptions): Promise<void> {
    return this.writer.send(message, options);
  }

  /** See {@link MessageWriteHalf.sendSync}. */
  sendSync(message: Message, timeoutMs?: number): void {
    this.writer.sendSync(message, timeoutMs);
  }

  /** See {@link MessageWriteHalf.sendBatch}. */
  sendBatch(): MessageWriteBatch {
    return this.writer.sendBatch();
  }

  /** See {@link MessageWriteHalf.waitEmpty}. */
  waitEmpty(options?: WaitOptions): Promise<void> {
    return this.writer.waitEmpty(options);
  }

  /** See {@link MessageWriteHalf.waitEmptySync}. */
  waitEmptySync(timeoutMs?: number): void {
    this.writer.waitEmptySync(timeoutMs);
  }

  /** See {@link MessageReadHalf.tryReceive}. */
  tryReceive(): Uint8Array<ArrayBuffer> | null {
    return this.reader.tryReceive();
  }

  /** See {@link MessageReadHalf.receive}. */
  receive(options?: WaitOptions): Promise<Uint8Array<ArrayBuffer>> {
    return this.reader.receive(options);
  }

  /** See {@link MessageReadHalf.receiveSync}. */
  receiveSync(timeoutMs?: number): Uint8Array<ArrayBuffer> {
    return this.reader.receiveSync(timeoutMs);
  }

  /** See {@link MessageReadHalf.tryReceiveInto}. */
  tryReceiveInto(target: Uint8Array): number {
    return this.reader.tryReceiveInto(target);
  }

  /** See {@link MessageReadHalf.receiveInto}. */
  receiveInto(target: Uint8Array, options?: WaitOptions): Promise<number> {
    return this.reader.receiveInto(target, options);
  }

  /** See {@link MessageReadHalf.receiveIntoSync}. */
  receiveIntoSync(target: Uint8Array, timeoutMs?: number): number {
    return this.reader.receiveIntoSync(target, timeoutMs);
  }

  /** See {@link MessageReadHalf.tryReceiveBatch}. */
  tryReceiveBatch(): MessageReadBatch | null {
    return this.reader.tryReceiveBatch();
  }

  /** See {@link MessageReadHalf.receiveBatch}. */
  receiveBatch(options?: WaitOptions): Promise<MessageReadBatch> {
    return this.reader.receiveBatch(options);
  }

  /** See {@link MessageReadHalf.receiveBatchSync}. */
  receiveBatchSync(timeoutMs?: number): MessageReadBatch {
    return this.reader.receiveBatchSync(timeoutMs);
  }

  /** All messages, until the peer closes its end. */
  [Symbol.asyncIterator](): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
    return this.reader[Symbol.asyncIterator]();
  }

  /** See {@link MessageReadHalf.readable}. */
  get readable(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return this.reader.readable;
  }

  /** See {@link MessageWriteHalf.writable}. */
  get writable(): WritableStream<Uint8Array> {
    return this.writer.writable;
  }

  /** See {@link Channel.inspect}. */
  inspect(): ChannelInspection {
    return this.channel.inspect();
  }

  /** See {@link Channel.close}. What was sent before can still be received. */
  close(): void {
    this.channel.close();
  }

  /** The same as `close`. */
  [Symbol.dispose](): void {
    this.channel.close();
  }
}
