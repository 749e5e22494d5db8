import assert from 'node:assert/strict';
import {
  Full,
  GpaRangeError,
  IncomingPacket,
  IncomingRing,
  InvalidPacketError,
  OutgoingRing,
  readInto,
  receiveInto,
  type RingMem,
  sendFrom,
  VmbusRingError,
  writeFrom,
} from '../../../src/index.ts';
import { decodePacket, listedCrc32 } from '../../ring/listing.ts';
import { listingLine } from '../../support/contract.ts';
import { outgoingPacket, type Outcome, payloadOf, type SentPacket, type Via } from './operation.ts';

/** The code of an error that a ring may throw; anything else is thrown on. */
function codeOf(error: unknown): string {
  if (error instanceof VmbusRingError || error instanceof InvalidPacketError) return error.code;
  throw error;
}

/** Both ends of a ring, by this library. */
export class OurEnds {
  readonly outgoing: OutgoingRing;
  readonly incoming: IncomingRing;
  #write: ReturnType<OutgoingRing['outgoing']>;
  #read: ReturnType<IncomingRing['incoming']>;
  readonly #packet = new IncomingPacket();
  readonly #target: Uint8Array;

  constructor(memory: RingMem) {
    this.outgoing = new OutgoingRing(memory);
    this.incoming = new IncomingRing(memory);
    this.#write = this.outgoing.outgoing();
    this.#read = this.incoming.incoming();
    this.#target = new Uint8Array(memory.length);
  }

  /** Both ends begin anew at the indices that lie in the ring. */
  reopen(): void {
    this.#write = this.outgoing.outgoing();
    this.#read = this.incoming.incoming();
  }

  /** What the ends know of each other's index, and where they go on. */
  inspect(): { cachedIn: number; nextOut: number; cachedOut: number; nextIn: number } {
    return { ...this.#read.inspect(), ...this.#write.inspect() };
  }

  write(packets: readonly SentPacket[], via: Via): Outcome {
    try {
      if (via === 'range') return this.#writeRanges(packets);
      // One packet by the function that publishes as well.
      return packets.length === 1 ? this.#send(packets[0]!) : this.#writeArrays(packets);
    } catch (error) {
      // What was written before the packet that is refused is published all the same.
      return { result: codeOf(error), signal: this.outgoing.commitWrite(this.#write), packets: [] };
    }
  }

  read(count: number, via: Via): Outcome {
    const packets: string[] = [];
    let result = 'ok';
    try {
      while (packets.length < count && result === 'ok') {
        const packet = via === 'range' ? this.incoming.read(this.#read) : this.#readIntoArray();
        if (packet === null) result = 'EAGAIN';
        else packets.push(this.#line(packet, packets.length, via));
      }
    } catch (error) {
      result = codeOf(error);
    }
    return { result, signal: this.incoming.commitRead(this.#read), packets };
  }

  /** One packet: its transaction id, its payload's bytes, and their CRC. */
  receive(): Outcome {
    const packet = this.#packet;
    try {
      const signal = receiveInto(this.incoming, this.#read, packet, this.#target);
      if (signal === null) return { result: 'EAGAIN', signal: false, packets: [] };
      const payload = this.#target.subarray(0, packet.payloadLength);
      const line = `${packet.transactionId ?? '-'} ${payload.length} ${listedCrc32(payload)}`;
      return { result: 'ok', signal, packets: [line] };
    } catch (error) {
      return { result: codeOf(error), signal: false, packets: [] };
    }
  }

  #writeRanges(packets: readonly SentPacket[]): Outcome {
    let result = 'ok';
    for (const packet of packets) {
      const range = this.outgoing.write(this.#write, outgoingPacket(packet));
      if (range instanceof Full) {
        result = 'EAGAIN';
        break;
      }
      range.writer(this.outgoing).write(payloadOf(packet));
    }
    return { result, signal: this.outgoing.commitWrite(this.#write), packets: [] };
  }

  #writeArrays(packets: readonly SentPacket[]): Outcome {
    const isFull = packets.some(
      (packet) => writeFrom(this.outgoing, this.#write, outgoingPacket(packet), payloadOf(packet)) !== null,
    );
    const signal = this.outgoing.commitWrite(this.#write);
    return { result: isFull ? 'EAGAIN' : 'ok', signal, packets: [] };
  }

  #send(packet: SentPacket): Outcome {
    const sent = sendFrom(this.outgoing, this.#write, outgoingPacket(packet), payloadOf(packet));
    if (sent instanceof Full) return { result: 'EAGAIN', signal: false, packets: [] };
    return { result: 'ok', signal: sent, packets: [] };
  }

  #readIntoArray(): IncomingPacket | null {
    return readInto(this.incoming, this.#read, this.#packet, this.#target);
  }

  #line(packet: IncomingPacket, index: number, via: Via): string {
    try {
      const { listed, payload } = decodePacket(this.incoming, packet, index);
      if (via === 'array') assert.ok(Buffer.from(payload).equals(this.#target.subarray(0, packet.payloadLength)));
      return listingLine(listed);
    } catch (error) {
      // The packet is one; what it says of guest pages is looked at by whoever wants to know.
      if (error instanceof GpaRangeError) return 'invalid: a GPA range that is not valid';
      throw error;
    }
  }
}
