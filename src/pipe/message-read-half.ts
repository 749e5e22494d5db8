import type { Channel } from '../channel/channel.ts';
import { ReadHalf } from '../channel/read-half.ts';
import { untilClosed } from '../channel/until-closed.ts';
import type { WaitOptions } from '../channel/wait-options.ts';
import { checkedBytes, type Framing } from './framing.ts';
import { IncomingFrames } from './incoming-frames.ts';
import { MessageReadBatch } from './message-read-batch.ts';
import { messageReadable } from './message-streams.ts';

/**
 * The receiving half of a `MessagePipe`. Messages are copied out of the ring, and their room goes back to the sender, before
 * they are handed over: nobody can change them any more. One receiver at a time: while an asynchronous one is pending, or a
 * batch is open, all others throw a `TypeError`.
 *
 * All operations throw a `ChannelError` with code `PeerClosed` or `PeerDied` once everything is read and the peer is gone,
 * and `Closed` once this end is closed. What does not belong in a pipe closes the channel and throws a `ChannelError` with code
 * `UnexpectedPacket`: a packet that is not in-band, a pipe type other than 1, a length larger than the packet or the limit. A
 * ring that is corrupt does so with a `VmbusRingError`. Neither consumes anything.
 *
 * Source: OpenVMM `vmbus_async::pipe::MessageReadHalf`.
 *
 * @example
 * ```ts
 * import { connectedMessagePipes } from 'vmbus-ring';
 *
 * const [local, remote] = connectedMessagePipes({ ringBytes: 4096 });
 * const { writer } = local.split();
 * const { reader } = remote.split();
 *
 * const pending = reader.receive({ timeoutMs: 1000 });
 * writer.trySend(Uint8Array.of(1, 2, 3)); // true
 * (await pending).length; // 3
 *
 * const buffer = new Uint8Array(reader.maximumMessageSize);
 * reader.tryReceiveInto(buffer); // -1: there is none
 * ```
 */
export class MessageReadHalf {
  readonly #channel: Channel;
  readonly #reader: ReadHalf;
  readonly #frames: IncomingFrames;
  /** Made once, so that receiving makes no function. */
  readonly #receiveIfAny: () => Uint8Array<ArrayBuffer> | undefined = () => this.#commit(this.#take()) ?? undefined;
  #readable: ReadableStream<Uint8Array<ArrayBuffer>> | null = null;

  /** Made by `MessagePipe`. */
  constructor(channel: Channel, framing: Framing) {
    this.#channel = channel;
    this.#reader = new ReadHalf(channel);
    this.#frames = new IncomingFrames(channel, this.#reader, framing);
  }

  /** Bytes of the largest message that can come. */
  get maximumMessageSize(): number {
    return this.#frames.limit;
  }

  /** The next message, or `null` where there is none now. */
  tryReceive(): Uint8Array<ArrayBuffer> | null {
    this.#reader.begin();
    return this.#commit(this.#take());
  }

  /** The next message, as soon as there is one. */
  receive(options: WaitOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    return this.#reader.wait(options, this.#receiveIfAny);
  }

  /**
   * The same, blocking the thread. Throws a `ChannelError` with code `TimedOut` after `timeoutMs`, and a `TypeError` where the
   * thread must not block.
   */
  receiveSync(timeoutMs: number = Number.POSITIVE_INFINITY): Uint8Array<ArrayBuffer> {
    return this.#reader.waitSync(timeoutMs, this.#receiveIfAny);
  }

  /**
   * Copies the next message to the beginning of `target`; returns its length in bytes, or -1 where there is none now. Throws a
   * `RangeError`, and takes nothing, where it does not fit.
   */
  tryReceiveInto(target: Uint8Array): number {
    this.#reader.begin();
    checkedBytes(target);
    if (!this.#frames.next()) return -1;
    const length = this.#copyTo(target);
    this.#reader.commit();
    return length;
  }

  /** The same as soon as there is a message. Leave `target` alone until then. */
  receiveInto(target: Uint8Array, options: WaitOptions = {}): Promise<number> {
    return this.#reader.wait(options, () => this.#receiveInto(target));
  }

  /** The same, blocking the thread; throws as `receiveSync`. */
  receiveIntoSync(target: Uint8Array, timeoutMs: number = Number.POSITIVE_INFINITY): number {
    const length = this.tryReceiveInto(target);
    return length >= 0 ? length : this.#reader.waitSync(timeoutMs, () => this.#receiveInto(target));
  }

  /** All messages that are there, and those that come while it is read; or `null` where there is none now. */
  tryReceiveBatch(): MessageReadBatch | null {
    const batch = this.#reader.tryReadBatch();
    return batch === null ? null : new MessageReadBatch(this, batch);
  }

  /** The same, as soon as there is a message. */
  receiveBatch(options: WaitOptions = {}): Promise<MessageReadBatch> {
    return this.#reader.readBatch(options).then((batch) => new MessageReadBatch(this, batch));
  }

  /** The same, blocking the thread; throws as `receiveSync`. */
  receiveBatchSync(timeoutMs: number = Number.POSITIVE_INFINITY): MessageReadBatch {
    return new MessageReadBatch(this, this.#reader.readBatchSync(timeoutMs));
  }

  /**
   * All messages, until the peer closes its end in good order. Throws what `receive` does, but ends where the code is
   * `PeerClosed`. Leaving the loop closes nothing.
   */
  [Symbol.asyncIterator](): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
    return untilClosed(this.#channel, { now: () => this.tryReceive(), later: () => this.receive() });
  }

  /**
   * The messages as a web stream, one chunk each, made when it is first asked for. A message leaves the ring only when a chunk
   * is asked for, so that back-pressure reaches the sender. It closes where the peer closed its end in good order, and errors as
   * `receive` throws. Cancelling it closes the channel: nobody would read what the peer sends.
   */
  get readable(): ReadableStream<Uint8Array<ArrayBuffer>> {
    this.#readable ??= messageReadable(this.#channel, this);
    return this.#readable;
  }

  /** A message of the open batch, or `null`. @internal */
  takeInBatch(): Uint8Array<ArrayBuffer> | null {
    this.#channel.check();
    return this.#frames.nextNow() ? this.#frames.copyAll() : null;
  }

  /** The same to the beginning of `target`; its length, or -1. @internal */
  takeIntoInBatch(target: Uint8Array): number {
    this.#channel.check();
    checkedBytes(target);
    return this.#frames.nextNow() ? this.#copyTo(target) : -1;
  }

  /** Takes a message without giving its room back. */
  #take(): Uint8Array<ArrayBuffer> | null {
    return this.#frames.next() ? this.#frames.copyAll() : null;
  }

  #copyTo(target: Uint8Array): number {
    const frames = this.#frames;
    const { length } = frames;
    if (length > target.length) {
      frames.putBack();
      throw new RangeError(`the message has ${length} bytes, the target ${target.length}`);
    }
    frames.copy(0, target, 0, length);
    return length;
  }

  #receiveInto(target: Uint8Array): number | undefined {
    checkedBytes(target);
    if (!this.#frames.next()) return undefined;
    const length = this.#copyTo(target);
    this.#reader.commit();
    return length;
  }

  #commit<T>(message: T): T {
    this.#reader.commit();
    return message;
  }
}
