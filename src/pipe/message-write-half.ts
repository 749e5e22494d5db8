import type { Channel } from '../channel/channel.ts';
import { payloadSize } from '../channel/queue-packet.ts';
import { checkWait, type WaitOptions } from '../channel/wait-options.ts';
import { WriteHalf } from '../channel/write-half.ts';
import { InvalidPacketError } from '../wire/ring-error.ts';
import { checkUnsigned } from '../wire/unsigned.ts';
import { checkedBytes, framedSize, type Framing } from './framing.ts';
import { waitEmpty, waitEmptySync } from './empty-wait.ts';
import { messageWritable } from './message-streams.ts';
import { MessageWriteBatch } from './message-write-batch.ts';
import { OutgoingFrames } from './outgoing-frames.ts';

/** A message to be sent: its bytes, in one piece or several. */
export type Message = Uint8Array | readonly Uint8Array[];

/**
 * The sending half of a `MessagePipe`. Any number of asynchronous sends may be pending, up to 1024: messages go out in the order
 * in which they were sent, and nothing overtakes them. A pending send holds on to the caller's bytes and copies nothing before it
 * is its turn: leave them alone until then. One that is aborted, or whose time is over, has sent nothing.
 *
 * All operations throw a `ChannelError` with code `PeerClosed` or `PeerDied` once the peer is gone, `Closed` once this end is
 * closed; the `VmbusRingError` if the ring is corrupt, which closes the channel; an `InvalidPacketError` for a message above
 * `maximumMessageSize`, a `TypeError` for what is no message: then nothing was written.
 *
 * Source: OpenVMM `vmbus_async::pipe::MessageWriteHalf`.
 *
 * @example
 * ```ts
 * import { connectedMessagePipes } from 'vmbus-ring';
 *
 * const [local, remote] = connectedMessagePipes({ ringBytes: 4096 });
 * const { writer } = local.split();
 * writer.maximumMessageSize; // 4056
 *
 * await writer.send([new TextEncoder().encode('head '), new TextEncoder().encode('body')], { timeoutMs: 1000 });
 * new TextDecoder().decode(await remote.receive()); // 'head body'
 * await writer.waitEmpty(); // the peer has read everything
 * ```
 */
export class MessageWriteHalf {
  readonly #channel: Channel;
  readonly #writer: WriteHalf;
  readonly #frames: OutgoingFrames;
  readonly #sent: Promise<void> = Promise.resolve();
  #writable: WritableStream<Uint8Array> | null = null;

  /** Made by `MessagePipe`. */
  constructor(channel: Channel, framing: Framing) {
    this.#channel = channel;
    this.#writer = new WriteHalf(channel);
    this.#frames = new OutgoingFrames(channel, this.#writer, framing);
  }

  /** Bytes of the largest message that can be sent: what the outgoing ring holds, and no more than 16384 in a framed pipe. */
  get maximumMessageSize(): number {
    return this.#frames.limit;
  }

  /** Sends a message: true. False where there is no room for it now, or others wait for room. */
  trySend(message: Message): boolean {
    const length = this.#checkedLength(message);
    const writer = this.#writer;
    writer.begin();
    if (!writer.isRoomFree || !this.#frames.put(message, length)) return false;
    writer.commit();
    return true;
  }

  /** Sends a message, as soon as there is room for it. */
  send(message: Message, options: WaitOptions = {}): Promise<void> {
    try {
      checkWait(options);
      if (this.trySend(message)) return this.#sent;
      const length = this.#checkedLength(message);
      const put = (): boolean => this.#putUnchanged(message, length);
      return this.#writer.wait(() => framedSize(this.#frames, length), options, put);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * The same, blocking the thread. Throws a `ChannelError` with code `TimedOut` after `timeoutMs`, and a `TypeError` where the
   * thread must not block.
   */
  sendSync(message: Message, timeoutMs: number = Number.POSITIVE_INFINITY): void {
    if (this.trySend(message)) return;
    const length = this.#checkedLength(message);
    const put = (): boolean => this.#putUnchanged(message, length);
    this.#writer.waitSync(() => framedSize(this.#frames, length), timeoutMs, put);
  }

  /**
   * Messages that are sent together: one commit, and one signal at most. Nothing else can be sent by the half until the batch
   * ends.
   */
  sendBatch(): MessageWriteBatch {
    return new MessageWriteBatch(this, this.#writer.writeBatch());
  }

  /** Whether a message of `messageBytes` could be sent now. */
  canSend(messageBytes: number): boolean {
    return this.#writer.canWrite(this.#ringBytes(messageBytes));
  }

  /** Waits until a message of `messageBytes` can be sent. Sends that were asked for before come first. */
  async waitReady(messageBytes: number, options: WaitOptions = {}): Promise<void> {
    await this.#writer.waitReady(this.#ringBytes(messageBytes), options);
  }

  /** The same, blocking the thread; throws as `sendSync`. */
  waitReadySync(messageBytes: number, timeoutMs: number = Number.POSITIVE_INFINITY): void {
    this.#writer.waitReadySync(this.#ringBytes(messageBytes), timeoutMs);
  }

  /**
   * Waits until the peer has read everything that was sent. That it is gone by then is no error: a `ChannelError` with code `PeerClosed`
   * or `PeerDied` says that something is left unread.
   */
  waitEmpty(options: WaitOptions = {}): Promise<void> {
    return waitEmpty(this.#writer, options);
  }

  /** The same, blocking the thread; throws as `sendSync`. */
  waitEmptySync(timeoutMs: number = Number.POSITIVE_INFINITY): void {
    waitEmptySync(this.#writer, timeoutMs);
  }

  /**
   * Sends what is written to this web stream, one message for each chunk; made when it is first asked for. A chunk counts as
   * written when it lies in the ring. Closing it closes the channel, the only end that a stream of messages has: what was sent can
   * still be read, but nothing comes back any more; pipe with `preventClose` where something shall. Aborting it closes the channel
   * as well.
   */
  get writable(): WritableStream<Uint8Array> {
    this.#writable ??= messageWritable(this.#channel, this);
    return this.#writable;
  }

  /** Writes a message into the open batch. @internal */
  putInBatch(message: Message): boolean {
    const length = this.#checkedLength(message);
    this.#writer.checkPeer();
    return this.#writer.isRoomFree && this.#frames.put(message, length);
  }

  #putUnchanged(message: Message, length: number): boolean {
    if (payloadSize(message) !== length) throw new TypeError('the message changed its size while it waited');
    return this.#frames.put(message, length);
  }

  #checkedLength(message: Message): number {
    const length = Array.isArray(message) ? payloadSize(message) : checkedBytes(message as Uint8Array).length;
    if (length > this.#frames.limit) throw tooLong(length, this.#frames.limit);
    return length;
  }

  #ringBytes(messageBytes: number): number {
    checkUnsigned('messageBytes', messageBytes);
    if (messageBytes > this.#frames.limit) throw tooLong(messageBytes, this.#frames.limit);
    return framedSize(this.#frames, messageBytes);
  }
}

function tooLong(bytes: number, limit: number): InvalidPacketError {
  return new InvalidPacketError('InvalidMessageLength', `a message of ${bytes} bytes, at most ${limit} can be sent`);
}
