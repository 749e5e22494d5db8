import type { ReadBatch } from '../channel/read-batch.ts';
import type { MessageReadHalf } from './message-read-half.ts';

/**
 * Messages that are received together: their room goes back to the sender with one commit, and one signal at most. Nothing else
 * can be received from the half until the batch ends: by `commit`, or the end of a `using`. The messages themselves are copies,
 * and stay good.
 *
 * @example
 * ```ts
 * import { connectedMessagePipes } from 'vmbus-ring';
 *
 * const [sender, receiver] = connectedMessagePipes({ ringBytes: 4096 });
 * for (let i = 0; i < 3; i++) sender.trySend(Uint8Array.of(i));
 *
 * {
 *   using batch = await receiver.receiveBatch();
 *   [...batch].length; // 3
 * }
 * receiver.tryReceiveBatch(); // null: all were given back
 * ```
 */
export class MessageReadBatch implements Iterable<Uint8Array<ArrayBuffer>> {
  readonly #half: MessageReadHalf;
  readonly #batch: ReadBatch;
  #open = true;

  /** Made by `MessageReadHalf`. */
  constructor(half: MessageReadHalf, batch: ReadBatch) {
    this.#half = half;
    this.#batch = batch;
  }

  /** The next message, or `null` where there is none now. Throws as `receive` does. */
  next(): Uint8Array<ArrayBuffer> | null {
    this.#check();
    return this.#half.takeInBatch();
  }

  /** Copies the next message to the beginning of `target`; returns its length, or -1. As `tryReceiveInto`. */
  nextInto(target: Uint8Array): number {
    this.#check();
    return this.#half.takeIntoInBatch(target);
  }

  /** The messages, one after the other, until there is none. Leaving the loop early leaves the rest in the ring. */
  *[Symbol.iterator](): Generator<Uint8Array<ArrayBuffer>, void, undefined> {
    for (let message = this.next(); message !== null; message = this.next()) yield message;
  }

  /** Takes back the receiving of all messages of the batch, which stays open: they come again. */
  revert(): void {
    this.#check();
    this.#batch.revert();
  }

  /** Gives the room of all messages that were taken back to the sender, and ends the batch. Nothing happens where it has ended. */
  commit(): void {
    this.#open = false;
    this.#batch.commit();
  }

  /** The same as `commit`. */
  [Symbol.dispose](): void {
    this.commit();
  }

  #check(): void {
    if (!this.#open) throw new TypeError('the batch was committed');
  }
}
