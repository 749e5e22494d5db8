import { OutgoingPacketType, type RingMem } from '../../src/index.ts';
import type { Mover } from '../jobs/mover.ts';
import { RingLane } from '../jobs/ring-lane.ts';
import { Messages } from '../jobs/work.ts';

/** Hyper-V does not answer the id 0. */
const FIRST_ID = 1;

/**
 * Requests through one ring, each answered by a completion with the same payload through another one: a batch of them is published at
 * once, each way.
 */
export class CompletionMover implements Mover {
  readonly packetsEach = 2;
  readonly #requests: RingLane;
  readonly #completions: RingLane;
  readonly #messages: Messages;
  readonly #target: Uint8Array;
  readonly #batch: number;

  constructor(requests: RingMem, completions: RingMem, payloadBytes: number, batch: number) {
    this.#requests = new RingLane(requests, payloadBytes, OutgoingPacketType.InBandWithCompletion);
    this.#completions = new RingLane(completions, payloadBytes, OutgoingPacketType.Completion);
    this.#messages = new Messages(payloadBytes);
    this.#target = new Uint8Array(payloadBytes);
    this.#batch = batch;
  }

  move(count: number, verify: boolean): void {
    const requests = this.#requests;
    for (let first = 0; first < count; first += this.#batch) {
      const end = first + this.#batch;
      for (let i = first; i < end; i++) requests.put(i + FIRST_ID, this.#messages.set(i));
      requests.commitWrite();
      this.#answer();
      for (let i = first; i < end; i++) this.#receive(i, verify);
      this.#completions.commitRead();
    }
  }

  #answer(): void {
    for (let left = this.#batch; left > 0; left--) {
      const request = this.#requests.take(this.#target);
      if (!request.completionRequested) throw new Error('a request came that wants no answer');
      this.#completions.put(request.transactionIdLow, this.#target);
    }
    this.#requests.commitRead();
    this.#completions.commitWrite();
  }

  #receive(number: number, verify: boolean): void {
    const completion = this.#completions.take(this.#target);
    if (completion.transactionIdLow !== number + FIRST_ID) throw new Error(`no completion of request ${number} came`);
    if (!verify) return;
    const { kind } = completion.typ;
    if (kind !== 'Completion') throw new Error(`a packet of kind ${kind} came`);
    this.#messages.check(this.#target, number);
  }
}
