import { Full, IncomingRing, OutgoingPacketType, OutgoingRing, type RingMem } from '../../src/index.ts';
import { type Exchange, payload } from './verify.ts';

/**
 * Both ends of one ring in one thread: write a batch of in-band packets from the caller's buffer, commit, read them into
 * the caller's buffer, commit.
 */
export class RingExchange implements Exchange {
  readonly #outgoing: OutgoingRing;
  readonly #incoming: IncomingRing;
  readonly #write: ReturnType<OutgoingRing['outgoing']>;
  readonly #read: ReturnType<IncomingRing['incoming']>;
  readonly source: Uint8Array;
  readonly target: Uint8Array;
  readonly #packet: { transactionId: number; size: number; typ: OutgoingPacketType };
  readonly #batch: number;

  constructor(memory: RingMem, payloadBytes: number, batch: number) {
    this.#outgoing = new OutgoingRing(memory);
    this.#incoming = new IncomingRing(memory);
    this.#write = this.#outgoing.outgoing();
    this.#read = this.#incoming.incoming();
    this.source = payload(payloadBytes);
    this.target = new Uint8Array(payloadBytes);
    this.#packet = { transactionId: 0, size: payloadBytes, typ: OutgoingPacketType.InBandNoCompletion };
    this.#batch = batch;
  }

  /** One batch there and back. */
  run(): void {
    const outgoing = this.#outgoing;
    const incoming = this.#incoming;
    for (let i = 0; i < this.#batch; i++) {
      const range = outgoing.write(this.#write, this.#packet);
      if (range instanceof Full) throw new Error('the ring is full');
      range.writer(outgoing).write(this.source);
    }
    outgoing.commitWrite(this.#write);
    for (let i = 0; i < this.#batch; i++) {
      const packet = incoming.read(this.#read);
      if (packet === null) throw new Error('the ring is empty');
      packet.payload.reader(incoming).read(this.target);
    }
    incoming.commitRead(this.#read);
  }
}
