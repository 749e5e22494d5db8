import type { WriteBatch } from '../channel/write-batch.ts';
import type { Message, MessageWriteHalf } from './message-write-half.ts';

/**
 * Messages that are sent together: one commit, and one signal at most, for all of them. Nothing else can be sent by the half
 * until the batch ends: by `commit`, by `revert`, or the end of a `using`, which commits.
 *
 * Never wait with a batch open: what it holds, the peer cannot receive.
 *
 * @example
 * ```ts
 * import { connectedMessagePipes } from 'vmbus-ring';
 *
 * const [sender, receiver] = connectedMessagePipes({ ringBytes: 4096 });
 * {
 *   using batch = sender.sendBatch();
 *   for (let i = 0; i < 16; i++) batch.trySend(Uint8Array.of(i)); // true
 *   receiver.tryReceive(); // null: nothing is sent yet
 * }
 * receiver.tryReceive()?.[0]; // 0
 * ```
 */
export class MessageWriteBatch {
  readonly #half: MessageWriteHalf;
  readonly #batch: WriteBatch;
  #open = true;

  /** Made by `MessageWriteHalf`. */
  constructor(half: MessageWriteHalf, batch: WriteBatch) {
    this.#half = half;
    this.#batch = batch;
  }

  /** Puts a message into the batch: true. False where there is no room for it now, or others wait for room. */
  trySend(message: Message): boolean {
    this.#check();
    return this.#half.putInBatch(message);
  }

  /** Publishes all messages of the batch, and ends it. Nothing happens where it has ended. */
  commit(): void {
    this.#open = false;
    this.#batch.commit();
  }

  /** Takes all messages of the batch back, and ends it: the peer never sees them. */
  revert(): void {
    this.#check();
    this.#open = false;
    this.#batch.revert();
  }

  /**
   * The same as `commit`, but that nothing is thrown once this end is closed: the error that closed it in the middle of a batch
   * would be hidden in a `SuppressedError`.
   */
  [Symbol.dispose](): void {
    this.#open = false;
    this.#batch[Symbol.dispose]();
  }

  #check(): void {
    if (!this.#open) throw new TypeError('the batch was committed or taken back');
  }
}
