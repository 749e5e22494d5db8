import type { Mover } from '../jobs/mover.ts';
import { Messages } from '../jobs/work.ts';

/** From one end of a layer to another that is connected to it: each message by itself, or in batches. */
export abstract class LayerMover<End extends { close(): void }> implements Mover {
  readonly packetsEach = 1;
  readonly sender: End;
  readonly receiver: End;
  protected readonly messages: Messages;
  protected readonly target: Uint8Array;
  readonly #batch: number;

  constructor([sender, receiver]: readonly [End, End], payloadBytes: number, batch: number) {
    this.sender = sender;
    this.receiver = receiver;
    this.messages = new Messages(payloadBytes);
    this.target = new Uint8Array(payloadBytes);
    this.#batch = batch;
  }

  move(count: number, verify: boolean): void {
    for (let first = 0; first < count; first += this.#batch) {
      if (this.#batch === 1) this.moveOne(first, verify);
      else this.moveBatch(first, first + this.#batch, verify);
    }
  }

  protected abstract moveOne(number: number, verify: boolean): void;

  /** Those from `first` on, up to `end`, at once. */
  protected abstract moveBatch(first: number, end: number, verify: boolean): void;

  close(): void {
    this.sender.close();
    this.receiver.close();
  }
}
