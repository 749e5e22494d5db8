import {
  Full,
  IncomingRing,
  InvalidPacketError,
  OutgoingRing,
  type RingMem,
  VmbusRingError,
} from '../../../src/index.ts';
import { decodePacket, listedCrc32 } from '../../ring/listing.ts';
import { listingLine } from '../../support/contract.ts';
import { outgoingPacket, type Outcome, payloadOf, type SentPacket } from './operation.ts';

/** The code of an error that a ring may throw; anything else is thrown on. */
function codeOf(error: unknown): string {
  if (error instanceof VmbusRingError || error instanceof InvalidPacketError) return error.code;
  throw error;
}

/** Both ends of a ring, by this library. */
export class OurEnds {
  readonly outgoing: OutgoingRing;
  readonly incoming: IncomingRing;
  readonly #write: ReturnType<OutgoingRing['outgoing']>;
  readonly #read: ReturnType<IncomingRing['incoming']>;

  constructor(memory: RingMem) {
    this.outgoing = new OutgoingRing(memory);
    this.incoming = new IncomingRing(memory);
    this.#write = this.outgoing.outgoing();
    this.#read = this.incoming.incoming();
  }

  write(packets: readonly SentPacket[]): Outcome {
    let result = 'ok';
    try {
      for (const packet of packets) {
        const range = this.outgoing.write(this.#write, outgoingPacket(packet));
        if (range instanceof Full) {
          result = 'EAGAIN';
          break;
        }
        range.writer(this.outgoing).write(payloadOf(packet));
      }
    } catch (error) {
      result = codeOf(error);
    }
    return { result, signal: this.outgoing.commitWrite(this.#write), packets: [] };
  }

  read(count: number): Outcome {
    const packets: string[] = [];
    let result = 'ok';
    try {
      while (packets.length < count) {
        const packet = this.incoming.read(this.#read);
        if (packet === null) {
          result = 'EAGAIN';
          break;
        }
        packets.push(listingLine(decodePacket(this.incoming, packet, packets.length).listed));
      }
    } catch (error) {
      result = codeOf(error);
    }
    return { result, signal: this.incoming.commitRead(this.#read), packets };
  }

  /** One packet: its transaction id, its payload's bytes, and their CRC. */
  receive(): Outcome {
    const packet = this.incoming.read(this.#read);
    if (packet === null) return { result: 'EAGAIN', signal: false, packets: [] };
    const payload = packet.payload.reader(this.incoming).readAll();
    const line = `${packet.transactionId ?? '-'} ${payload.length} ${listedCrc32(payload)}`;
    return { result: 'ok', signal: this.incoming.commitRead(this.#read), packets: [line] };
  }
}
