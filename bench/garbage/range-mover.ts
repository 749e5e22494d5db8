import { Full, IncomingRing, OutgoingPacketType, OutgoingRing, type RingMem } from '../../src/index.ts';
import type { Mover } from '../jobs/mover.ts';
import { Messages } from '../jobs/work.ts';

/**
 * Both ends of one ring, by the calls that make something for each packet: the range that is written, the packet that is read, its
 * payload's range, and what writes and reads them.
 */
export class RangeMover implements Mover {
  readonly packetsEach = 1;
  readonly #outgoing: OutgoingRing;
  readonly #incoming: IncomingRing;
  readonly #write: ReturnType<OutgoingRing['outgoing']>;
  readonly #read: ReturnType<IncomingRing['incoming']>;
  readonly #messages: Messages;
  readonly #target: Uint8Array;
  readonly #batch: number;

  constructor(memory: RingMem, payloadBytes: number, batch: number) {
    this.#outgoing = new OutgoingRing(memory);
    this.#incoming = new IncomingRing(memory);
    this.#write = this.#outgoing.outgoing();
    this.#read = this.#incoming.incoming();
    this.#messages = new Messages(payloadBytes);
    this.#target = new Uint8Array(payloadBytes);
    this.#batch = batch;
  }

  move(count: number, verify: boolean): void {
    for (let first = 0; first < count; first += this.#batch) {
      const end = first + this.#batch;
      for (let i = first; i < end; i++) this.#put(this.#messages.set(i));
      this.#outgoing.commitWrite(this.#write);
      for (let i = first; i < end; i++) {
        this.#take();
        if (verify) this.#messages.check(this.#target, i);
      }
      this.#incoming.commitRead(this.#read);
    }
  }

  #put(payload: Uint8Array): void {
    const outgoing = this.#outgoing;
    const packet = { transactionId: 0, size: payload.length, typ: OutgoingPacketType.InBandNoCompletion };
    const range = outgoing.write(this.#write, packet);
    if (range instanceof Full) throw new Error('the ring is full');
    range.writer(outgoing).write(payload);
  }

  #take(): void {
    const packet = this.#incoming.read(this.#read);
    if (packet === null) throw new Error('the ring is empty');
    packet.payload.reader(this.#incoming).read(this.#target);
  }
}
