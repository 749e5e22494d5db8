import { connectedQueues, type Queue } from '../../src/index.ts';
import type { Mover } from '../jobs/mover.ts';
import { Messages } from '../jobs/work.ts';
import { RING_BYTES } from '../one-thread/memories.ts';

/** From one queue to another that is connected to it: each packet by itself, or in batches. */
export class QueueMover implements Mover {
  readonly packetsEach = 1;
  readonly sender: Queue;
  readonly receiver: Queue;
  readonly #messages: Messages;
  readonly #target: Uint8Array;
  readonly #batch: number;

  constructor(payloadBytes: number, batch: number) {
    [this.sender, this.receiver] = connectedQueues({ ringBytes: RING_BYTES });
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
    if (!this.sender.tryWrite(this.#messages.set(number))) throw new Error('the ring is full');
    // The read of the next packet gives this one back.
    const packet = this.receiver.tryRead();
    if (packet === null) throw new Error('the ring is empty');
    packet.readInto(this.#target);
    if (verify) this.#messages.check(this.#target, number);
  }

  #moveBatch(first: number, end: number, verify: boolean): void {
    const writes = this.sender.writeBatch();
    for (let i = first; i < end; i++) {
      if (!writes.tryWrite(this.#messages.set(i))) throw new Error('the ring is full');
    }
    writes.commit();
    const reads = this.receiver.tryReadBatch();
    for (let i = first; i < end; i++) {
      const packet = reads?.next() ?? null;
      if (packet === null) throw new Error('the ring is empty');
      packet.readInto(this.#target);
      if (verify) this.#messages.check(this.#target, i);
    }
    reads?.commit();
  }

  close(): void {
    this.sender.close();
    this.receiver.close();
  }
}
