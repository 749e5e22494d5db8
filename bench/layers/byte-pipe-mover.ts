import { type BytePipe, connectedBytePipes } from '../../src/index.ts';
import type { Mover } from '../jobs/mover.ts';
import { Messages } from '../jobs/work.ts';
import { RING_BYTES } from '../one-thread/memories.ts';

/**
 * From one byte pipe to another that is connected to it. A stream of bytes has no batches: as many bytes as a batch has are written
 * and read at once, and the pipe cuts them into packets as it likes.
 */
export class BytePipeMover implements Mover {
  readonly packetsEach = 1;
  readonly sender: BytePipe;
  readonly receiver: BytePipe;
  readonly #messages: Messages;
  readonly #target: Uint8Array;
  readonly #batch: number;

  constructor(payloadBytes: number, batch: number) {
    [this.sender, this.receiver] = connectedBytePipes({ ringBytes: RING_BYTES });
    this.#messages = new Messages(payloadBytes * batch);
    this.#target = new Uint8Array(payloadBytes * batch);
    this.#batch = batch;
  }

  move(count: number, verify: boolean): void {
    const { length } = this.#target;
    for (let i = 0; i < count; i += this.#batch) {
      if (this.sender.tryWrite(this.#messages.set(i)) !== length) throw new Error('the ring is full');
      if (this.receiver.tryRead(this.#target) !== length) throw new Error(`not all bytes from message ${i} on came`);
      if (verify) this.#messages.check(this.#target, i);
    }
  }

  close(): void {
    this.sender.close();
    this.receiver.close();
  }
}
