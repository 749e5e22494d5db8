import assert from 'node:assert/strict';
import { type Channel, ChannelError, Queue } from '../../src/index.ts';
import type { Surroundings } from './fiber.ts';

/** How an end of a channel is opened. */
export type OpenEnd = (surroundings: Surroundings) => Channel;

/** What the operations of an end are called by: those that block, those that promise, or those that copy into an array of the caller's. */
export type Calls = 'blocking' | 'promises' | 'into';

/** A queue, with the operations that it is to be used by. */
export class QueueUser {
  readonly queue: Queue;
  readonly #surroundings: Surroundings;
  readonly #calls: Calls;
  readonly #target: Uint8Array;

  constructor(surroundings: Surroundings, open: OpenEnd, calls: Calls, payloadBytes: number) {
    this.queue = new Queue(open(surroundings));
    this.#surroundings = surroundings;
    this.#calls = calls;
    this.#target = surroundings.memory.array(Math.ceil(payloadBytes / 8) * 8);
  }

  write(payload: Uint8Array): void {
    if (this.#calls === 'promises') this.#surroundings.loop.settle(this.queue.write(payload));
    else this.queue.writeSync(payload);
  }

  /** The first byte of the next packet. */
  read(): number {
    if (this.#calls === 'into') {
      this.queue.readIntoSync(this.#target);
      return this.#target[0]!;
    }
    const packet =
      this.#calls === 'blocking' ? this.queue.readSync() : this.#surroundings.loop.settle(this.queue.read());
    return packet.readAll()[0]!;
  }
}

/** The code with which `operation` fails: one that a peer's end may bring about. */
export function channelErrorOf(operation: () => unknown): string {
  try {
    operation();
  } catch (error) {
    if (error instanceof ChannelError) return error.code;
    throw error;
  }
  return assert.fail('there is no error');
}
