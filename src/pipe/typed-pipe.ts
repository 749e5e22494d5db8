import type { WaitOptions } from '../channel/wait-options.ts';
import { CodecError } from './codec-error.ts';
import type { Codec } from './codec.ts';
import type { MessagePipe } from './message-pipe.ts';

/**
 * Values through a message pipe: one message each, made and read by a codec. What waits, fails and closes, does so as in the
 * pipe itself; what the codec throws comes as a {@link CodecError}, and the pipe goes on behind it.
 *
 * @example
 * ```ts
 * import { connectedMessagePipes, jsonCodec, TypedPipe } from 'vmbus-ring';
 *
 * interface Task {
 *   readonly id: number;
 *   readonly name: string;
 * }
 * const [ours, theirs] = connectedMessagePipes({ ringBytes: 65536 });
 * const tasks = new TypedPipe(ours, jsonCodec<Task>());
 * await tasks.send({ id: 1, name: 'build' });
 * await tasks.send({ id: 2, name: 'test' });
 * tasks.close();
 *
 * const names: string[] = [];
 * for await (const task of new TypedPipe(theirs, jsonCodec<Task>())) names.push(task.name);
 * names; // ['build', 'test']
 * ```
 */
export class TypedPipe<T> {
  /** The pipe that the messages go through. */
  readonly pipe: MessagePipe;
  readonly #codec: Codec<T>;

  /** Throws a `TypeError` for a raw pipe: it does not keep lengths. */
  constructor(pipe: MessagePipe, codec: Codec<T>) {
    if (pipe.raw) throw new TypeError('a raw pipe does not keep the length of messages');
    this.pipe = pipe;
    this.#codec = codec;
  }

  /** Sends a value: true. False where there is no room for it now. */
  trySend(value: T): boolean {
    return this.pipe.trySend(this.#encode(value));
  }

  /** Sends a value, as soon as there is room for it. It is encoded at once: what happens to it later, the peer does not see. */
  async send(value: T, options?: WaitOptions): Promise<void> {
    await this.pipe.send(this.#encode(value), options);
  }

  /** The same, blocking the thread. */
  sendSync(value: T, timeoutMs?: number): void {
    this.pipe.sendSync(this.#encode(value), timeoutMs);
  }

  /**
   * The next value, or `null` where there is none now. A codec that makes a `null` of a message looks the same: where values may be
   * `null`, use `receive`, or put them into an object.
   */
  tryReceive(): T | null {
    const bytes = this.pipe.tryReceive();
    return bytes === null ? null : this.#decode(bytes);
  }

  /** The next value, as soon as there is one. */
  async receive(options?: WaitOptions): Promise<T> {
    return this.#decode(await this.pipe.receive(options));
  }

  /** The same, blocking the thread. */
  receiveSync(timeoutMs?: number): T {
    return this.#decode(this.pipe.receiveSync(timeoutMs));
  }

  /**
   * All values, until the peer closes its end. A message that cannot be decoded ends the loop with its error; another loop goes
   * on behind it.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for await (const bytes of this.pipe) yield this.#decode(bytes);
  }

  /** Closes the pipe's end of the channel. */
  close(): void {
    this.pipe.close();
  }

  /** The same as `close`. */
  [Symbol.dispose](): void {
    this.pipe.close();
  }

  #encode(value: T): Uint8Array {
    try {
      return this.#codec.encode(value);
    } catch (cause) {
      throw new CodecError('EncodeFailed', cause);
    }
  }

  #decode(bytes: Uint8Array): T {
    try {
      return this.#codec.decode(bytes);
    } catch (cause) {
      throw new CodecError('DecodeFailed', cause, bytes);
    }
  }
}
