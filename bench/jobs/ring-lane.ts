import {
  Full,
  IncomingPacket,
  IncomingRing,
  type OutgoingPacketType,
  OutgoingRing,
  readInto,
  type RingMem,
  writeFrom,
} from '../../src/index.ts';

/** One ring with both its ends in this thread, by the calls that take the caller's buffers and make nothing for a packet. */
export class RingLane {
  readonly outgoing: OutgoingRing;
  readonly incoming: IncomingRing;
  readonly #write: ReturnType<OutgoingRing['outgoing']>;
  readonly #read: ReturnType<IncomingRing['incoming']>;
  readonly #sent: { transactionId: number; readonly size: number; readonly typ: OutgoingPacketType };
  readonly #received = new IncomingPacket();

  constructor(memory: RingMem, payloadBytes: number, typ: OutgoingPacketType) {
    this.outgoing = new OutgoingRing(memory);
    this.incoming = new IncomingRing(memory);
    this.#write = this.outgoing.outgoing();
    this.#read = this.incoming.incoming();
    this.#sent = { transactionId: 0, size: payloadBytes, typ };
  }

  /** Writes a packet with `payload`, and publishes nothing. */
  put(transactionId: number, payload: Uint8Array): void {
    this.#sent.transactionId = transactionId;
    const full = writeFrom(this.outgoing, this.#write, this.#sent, payload);
    if (full instanceof Full) throw new Error('the ring is full');
  }

  /** Publishes what was put. */
  commitWrite(): void {
    this.outgoing.commitWrite(this.#write);
  }

  /** Reads a packet and copies its payload to `target`. It is good until the next one is taken. */
  take(target: Uint8Array): IncomingPacket {
    const packet = readInto(this.incoming, this.#read, this.#received, target);
    if (packet === null) throw new Error('the ring is empty');
    return packet;
  }

  /** Gives the room of what was taken back. */
  commitRead(): void {
    this.incoming.commitRead(this.#read);
  }
}
