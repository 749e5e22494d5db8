import { connectedMessagePipes, type MessagePipe } from '../../src/index.ts';
import { RING_BYTES } from '../one-thread/memories.ts';
import { LayerMover } from './layer-mover.ts';

/** From one message pipe to another that is connected to it: each message by itself, or in batches. */
export class MessagePipeMover extends LayerMover<MessagePipe> {
  constructor(payloadBytes: number, batch: number) {
    super(connectedMessagePipes({ ringBytes: RING_BYTES }), payloadBytes, batch);
  }

  protected override moveOne(number: number, verify: boolean): void {
    if (!this.sender.trySend(this.messages.set(number))) throw new Error('the ring is full');
    this.#took(this.receiver.tryReceiveInto(this.target), number, verify);
  }

  protected override moveBatch(first: number, end: number, verify: boolean): void {
    const writes = this.sender.sendBatch();
    for (let i = first; i < end; i++) {
      if (!writes.trySend(this.messages.set(i))) throw new Error('the ring is full');
    }
    writes.commit();
    const reads = this.receiver.tryReceiveBatch();
    if (reads === null) throw new Error('the ring is empty');
    for (let i = first; i < end; i++) this.#took(reads.nextInto(this.target), i, verify);
    reads.commit();
  }

  /** A message of `length` bytes came. */
  #took(length: number, number: number, verify: boolean): void {
    if (length !== this.target.length) throw new Error(`message ${number} has ${length} bytes`);
    if (verify) this.messages.check(this.target, number);
  }
}
