import assert from 'node:assert/strict';
import { type Channel, ChannelError, PacketSize, Queue } from '../../src/index.ts';
import type { Surroundings } from './fiber.ts';

/** How an end of a channel is opened. */
export type OpenEnd = (surroundings: Surroundings) => Channel;

/**
 * What the operations of an end are called by: those that block, those that promise, those that copy into an array of the caller's; or batches that block,
 * the first of which is taken back once.
 */
export type Calls = 'blocking' | 'promises' | 'into' | 'batches';

/** A queue, with the operations that it is to be used by. Packets are numbers, in each byte of a payload. */
export class QueueUser {
  readonly queue: Queue;
  readonly #surroundings: Surroundings;
  readonly #calls: Calls;
  readonly #payloadBytes: number;
  readonly #target: Uint8Array;

  constructor(surroundings: Surroundings, open: OpenEnd, calls: Calls, payloadBytes: number) {
    this.queue = new Queue(open(surroundings));
    this.#surroundings = surroundings;
    this.#calls = calls;
    this.#payloadBytes = payloadBytes;
    this.#target = surroundings.memory.array(Math.ceil(payloadBytes / 8) * 8);
  }

  /** Sends these, one by one or all at once. */
  write(numbers: readonly number[]): void {
    const { queue } = this;
    const payloads = numbers.map((number) => new Uint8Array(this.#payloadBytes).fill(number));
    if (this.#calls === 'promises') {
      const sent = payloads.map((payload) => queue.write(payload));
      for (const promise of sent) this.#surroundings.loop.settle(promise);
    } else if (this.#calls === 'batches') {
      this.#writeBatches(payloads);
    } else {
      for (const payload of payloads) queue.writeSync(payload);
    }
  }

  /** Receives as many, which have to be these, and gives their room back. */
  read(numbers: readonly number[]): void {
    if (this.#calls === 'batches') this.#readBatches(numbers);
    else for (const number of numbers) assert.equal(this.#readOne(), number, 'another packet than the next one');
    this.queue.reader.release();
  }

  /** Receives one, whatever it is. */
  skip(): void {
    if (this.#calls === 'promises') this.#surroundings.loop.settle(this.queue.read());
    else this.queue.readSync();
    this.queue.reader.release();
  }

  #readOne(): number {
    const { queue } = this;
    if (this.#calls === 'into') {
      queue.readIntoSync(this.#target);
      return this.#target[0]!;
    }
    const packet = this.#calls === 'promises' ? this.#surroundings.loop.settle(queue.read()) : queue.readSync();
    const first = new Uint8Array(8);
    packet.reader().read(first);
    return first[0]!;
  }

  #writeBatches(payloads: readonly Uint8Array[]): void {
    const { queue } = this;
    const takenBack = queue.writeBatch();
    takenBack.tryWrite(new Uint8Array(this.#payloadBytes).fill(0xee));
    takenBack.revert();
    const left = [...payloads];
    while (left.length > 0) {
      const batch = queue.writeBatch();
      while (left.length > 0 && batch.tryWrite(left[0]!)) left.shift();
      batch.commit();
      if (left.length > 0) queue.writer.waitReadySync(PacketSize.inBand(this.#payloadBytes));
    }
  }

  #readBatches(numbers: readonly number[]): void {
    for (let read = 0; read < numbers.length;) {
      const batch = this.queue.readBatchSync();
      if (read === 0) {
        batch.next();
        batch.revert();
      }
      for (const packet of batch) {
        assert.equal(packet.readAll()[0], numbers[read++], 'another packet than the next one');
      }
      batch.commit();
    }
  }
}

/** The code with which `operation` fails because of the peer's end, or `null` where it does not. */
export function channelErrorOf(operation: () => unknown): string | null {
  try {
    operation();
  } catch (error) {
    if (error instanceof ChannelError) return error.code;
    throw error;
  }
  return null;
}
