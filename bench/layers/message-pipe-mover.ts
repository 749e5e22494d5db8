import { connectedMessagePipes, type MessagePipe } from '../../src/index.ts';
import type { Mover } from '../jobs/mover.ts';
import { Messages } from '../jobs/work.ts';
import { RING_BYTES } from '../one-thread/memories.ts';

/** From one message pipe to another that is connected to it: each message by itself, or in batches. */
export class MessagePipeMover implements Mover {
  readonly packetsEach = 1;
  readonly sender: MessagePipe;
  readonly receiver: MessagePipe;
  readonly #messages: Messages;
  readonly #target: Uint8Array;
  readonly #batch: number;

  constructor(payloadBytes: number, batch: number) {
    [this.sender, this.receiver] = connectedMessagePipes({ ringBytes: RING_BYTES });
    this.#messages = new Messages(payloadBytes);
    this.#target = new Uint8Array(payloadBytes);
    this.#batch = batch;
  }

  move(count: number, verify: boolean): void {
    for (let first = 0; first < count; first += this.#batch) {
      if (this.#batch === 1) this.#moveOne(first, verify);
      else this.#moveBatch(first, first + this.#batch, verify);
    }
  }

  #moveOne(number: number, verify: boolean): void {
    if (!this.sender.trySend(this.#messages.set(number))) throw new Error('the ring is full');
    this.#took(this.receiver.tryReceiveInto(this.#target), number, verify);
  }

  #moveBatch(first: number, end: number, verify: boolean): void {
    const writes = this.sender.sendBatch();
    for (let i = first; i < end; i++) {
      if (!writes.trySend(this.#messages.set(i))) throw new Error('the ring is full');
    }
    writes.commit();
    const reads = this.receiver.tryReceiveBatch();
    if (reads === null) throw new Error('the ring is empty');
    for (let i = first; i < end; i++) this.#took(reads.nextInto(this.#target), i, verify);
    reads.commit();
  }

  /** A message of `length` bytes came. */
  #took(length: number, number: number, verify: boolean): void {
    if (length !== this.#target.length) throw new Error(`message ${number} has ${length} bytes`);
    if (verify) this.#messages.check(this.#target, number);
  }

  close(): void {
    this.sender.close();
    this.receiver.close();
  }
}
