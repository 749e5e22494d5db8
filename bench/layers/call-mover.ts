import { connectedChannels, RequestChannel, type RequestHandler } from '../../src/index.ts';
import type { Mover } from '../jobs/mover.ts';
import { Messages } from '../jobs/work.ts';
import { RING_BYTES } from '../one-thread/memories.ts';

/** Calls from one end of a channel to the other, which answers with what it got: as many at a time as a batch has. */
export class CallMover implements Mover {
  readonly packetsEach = 2;
  readonly client: RequestChannel;
  readonly server: RequestChannel;
  readonly #messages: readonly Messages[];

  constructor(payloadBytes: number, batch: number, answer: RequestHandler = ({ payload }) => payload) {
    const [ours, theirs] = connectedChannels({ ringBytes: RING_BYTES });
    this.client = new RequestChannel(ours);
    this.server = new RequestChannel(theirs);
    this.#messages = Array.from({ length: batch }, () => new Messages(payloadBytes));
    this.server.serve(answer).catch(() => {});
  }

  async move(count: number, verify: boolean): Promise<void> {
    const messages = this.#messages;
    const batch = messages.length;
    for (let first = 0; first < count; first += batch) {
      if (batch === 1) this.#took(await this.client.call(messages[0]!.set(first)), 0, first, verify);
      else await this.#callAll(first, verify);
    }
  }

  async #callAll(first: number, verify: boolean): Promise<void> {
    const answers = await Promise.all(this.#messages.map((message, k) => this.client.call(message.set(first + k))));
    for (const [k, answer] of answers.entries()) this.#took(answer, k, first + k, verify);
  }

  /** The answer to message `number` came. */
  #took(answer: Uint8Array, k: number, number: number, verify: boolean): void {
    if (verify) this.#messages[k]!.check(answer, number);
  }

  close(): void {
    this.client.close();
    this.server.close();
  }
}
