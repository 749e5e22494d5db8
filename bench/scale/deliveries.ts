import assert from 'node:assert/strict';
import type { Queue, ReadyChannel } from '../../src/index.ts';
import type { Mover } from '../jobs/mover.ts';
import { Messages } from '../jobs/work.ts';
import type { Ends, Population } from './population.ts';

/** Gets a message through the busy channel of a population: the receiver's way to learn of it. */
export type Delivery = (population: Population, message: Uint8Array, target: Uint8Array) => void | Promise<void>;

function send({ sender }: Ends, message: Uint8Array): void {
  if (!sender.tryWrite(message)) throw new Error('the ring is full');
}

function receive(receiver: Queue, target: Uint8Array): void {
  const packet = receiver.tryRead();
  if (packet === null) throw new Error('the ring is empty');
  packet.readInto(target);
  packet.release();
}

function receiveFrom([first, another]: readonly ReadyChannel<Queue>[], target: Uint8Array): void {
  assert.ok(first !== undefined && another === undefined, 'not one channel is ready, but none or more');
  receive(first.value, target);
}

/** Looks for it: neither of the two waits. */
export function byLooking({ busy }: Population, message: Uint8Array, target: Uint8Array): void {
  send(busy, message);
  receive(busy.receiver, target);
}

/** Waits at all channels when it comes: a wake-up each time. */
export async function byWaiting({ busy, set }: Population, message: Uint8Array, target: Uint8Array): Promise<void> {
  const ready = set!.wait();
  send(busy, message);
  receiveFrom(await ready, target);
}

/** Asks all channels, by the wait that blocks, when it is there already: who has blocked this thread could not send. */
export function byAsking({ busy, set }: Population, message: Uint8Array, target: Uint8Array): void {
  send(busy, message);
  receiveFrom(set!.waitSync(), target);
}

/** Messages through the busy channel of `population`. */
export class ChannelMover implements Mover {
  readonly packetsEach = 1;
  readonly #population: Population;
  readonly #deliver: Delivery;
  readonly #messages: Messages;
  readonly #target: Uint8Array;

  constructor(population: Population, deliver: Delivery, payloadBytes: number) {
    this.#population = population;
    this.#deliver = deliver;
    this.#messages = new Messages(payloadBytes);
    this.#target = new Uint8Array(payloadBytes);
  }

  async move(count: number, verify: boolean): Promise<void> {
    for (let i = 0; i < count; i++) {
      const delivered = this.#deliver(this.#population, this.#messages.set(i), this.#target);
      if (delivered !== undefined) await delivered;
      if (verify) this.#messages.check(this.#target, i);
    }
  }
}
