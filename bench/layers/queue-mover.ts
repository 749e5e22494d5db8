import { connectedQueues, type PacketRef, type Queue, type ReadBatch } from '../../src/index.ts';
import { RING_BYTES } from '../one-thread/memories.ts';
import { LayerMover } from './layer-mover.ts';

/** From one queue to another that is connected to it, into the caller's array in one call: each packet by itself, or in batches. */
export class QueueMover extends LayerMover<Queue> {
  constructor(payloadBytes: number, batch: number) {
    super(connectedQueues({ ringBytes: RING_BYTES }), payloadBytes, batch);
  }

  protected override moveOne(number: number, verify: boolean): void {
    if (!this.sender.tryWrite(this.messages.set(number))) throw new Error('the ring is full');
    this.receiveOne();
    if (verify) this.messages.check(this.target, number);
  }

  protected override moveBatch(first: number, end: number, verify: boolean): void {
    const writes = this.sender.writeBatch();
    for (let i = first; i < end; i++) {
      if (!writes.tryWrite(this.messages.set(i))) throw new Error('the ring is full');
    }
    writes.commit();
    const reads = this.receiver.tryReadBatch();
    if (reads === null) throw new Error('the ring is empty');
    for (let i = first; i < end; i++) {
      this.receiveInBatch(reads);
      if (verify) this.messages.check(this.target, i);
    }
    reads.commit();
  }

  protected receiveOne(): void {
    if (this.receiver.tryReadInto(this.target) < 0) throw new Error('the ring is empty');
  }

  protected receiveInBatch(reads: ReadBatch): void {
    if (reads.nextInto(this.target) < 0) throw new Error('the ring is empty');
  }
}

/** The same with an object for each packet. */
export class QueuePacketMover extends QueueMover {
  protected override receiveOne(): void {
    // The read of the next packet gives this one back.
    this.#copy(this.receiver.tryRead());
  }

  protected override receiveInBatch(reads: ReadBatch): void {
    this.#copy(reads.next());
  }

  #copy(packet: PacketRef | null): void {
    if (packet === null) throw new Error('the ring is empty');
    packet.readInto(this.target);
  }
}
