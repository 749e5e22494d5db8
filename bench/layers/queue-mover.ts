import { connectedQueues, type Queue } from '../../src/index.ts';
import { RING_BYTES } from '../one-thread/memories.ts';
import { LayerMover } from './layer-mover.ts';

/** From one queue to another that is connected to it: each packet by itself, or in batches. */
export class QueueMover extends LayerMover<Queue> {
  constructor(payloadBytes: number, batch: number) {
    super(connectedQueues({ ringBytes: RING_BYTES }), payloadBytes, batch);
  }

  protected override moveOne(number: number, verify: boolean): void {
    if (!this.sender.tryWrite(this.messages.set(number))) throw new Error('the ring is full');
    // The read of the next packet gives this one back.
    const packet = this.receiver.tryRead();
    if (packet === null) throw new Error('the ring is empty');
    packet.readInto(this.target);
    if (verify) this.messages.check(this.target, number);
  }

  protected override moveBatch(first: number, end: number, verify: boolean): void {
    const writes = this.sender.writeBatch();
    for (let i = first; i < end; i++) {
      if (!writes.tryWrite(this.messages.set(i))) throw new Error('the ring is full');
    }
    writes.commit();
    const reads = this.receiver.tryReadBatch();
    for (let i = first; i < end; i++) {
      const packet = reads?.next() ?? null;
      if (packet === null) throw new Error('the ring is empty');
      packet.readInto(this.target);
      if (verify) this.messages.check(this.target, i);
    }
    reads?.commit();
  }
}
