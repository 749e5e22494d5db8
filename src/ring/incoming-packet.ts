import {
  DESCRIPTOR_SIZE,
  EXTENDED_HEADER_SIZE,
  FOOTER_SIZE,
  PACKET_FLAG_COMPLETION_REQUESTED,
  PACKET_TYPE_COMPLETION,
  PACKET_TYPE_GPA_DIRECT,
  PACKET_TYPE_TRANSFER_PAGES,
} from '../wire/descriptor.ts';
import { describedSizeIn, flagsIn, packetTypeIn, payloadStartIn } from '../wire/descriptor-words.ts';
import { RingRange } from './range.ts';
import { joinU64 } from './u64-words.ts';

/**
 * What kind of packet came in. Those with external data carry the variable part of their header as a range: GPA ranges
 * as `MultiPagedRangeBuf` has them, or transfer page ranges of 8 bytes each. What these ranges say was not checked.
 *
 * Source: OpenVMM `vmbus_ring::IncomingPacketType`.
 */
export type IncomingPacketType =
  /** Data, nothing else. */
  | { readonly kind: 'InBand' }
  /** The answer to a packet that asked for one. */
  | { readonly kind: 'Completion' }
  /** Data, and `rangeCount` ranges of the sender's memory, at least 1: read them with `readGpaRanges`. */
  | { readonly kind: 'GpaDirect'; readonly rangeCount: number; readonly ranges: RingRange }
  /** Data, and ranges in the set of pages with this 16-bit id: read them with `readTransferPageRanges`. */
  | {
      readonly kind: 'TransferPages';
      readonly transferPageSetId: number;
      readonly rangeCount: number;
      readonly ranges: RingRange;
    };

/** What a ring fills when it reads a packet: its header, and where it was. @internal */
export interface PacketWords {
  offset: number;
  word0: number;
  word1: number;
  idLow: number;
  idHigh: number;
  extended0: number;
  extended1: number;
}

const IN_BAND: IncomingPacketType = Object.freeze({ kind: 'InBand' });
const COMPLETION: IncomingPacketType = Object.freeze({ kind: 'Completion' });

/**
 * A packet in the ring: what its descriptor said when it was read, once. The peer cannot change it any more, but what
 * the ranges of it hold it can, until the read is committed; from then on the ranges are no longer the packet's.
 *
 * Source: OpenVMM `vmbus_ring::IncomingPacket`.
 *
 * @example
 * ```ts
 * import { FlatRingMem, IncomingRing, OutgoingPacketType, OutgoingRing } from 'vmbus-ring';
 *
 * const memory = new FlatRingMem(4096);
 * const outgoing = new OutgoingRing(memory);
 * const write = outgoing.outgoing();
 * outgoing.write(write, { transactionId: 7n, size: 0, typ: OutgoingPacketType.InBandWithCompletion });
 * outgoing.commitWrite(write);
 *
 * const incoming = new IncomingRing(memory);
 * const packet = incoming.read(incoming.incoming());
 * if (packet === null) throw new Error('the ring is empty');
 * packet.typ.kind; // 'InBand'
 * packet.completionRequested; // true: answer with a completion
 * packet.transactionId; // 7n: and with this id
 * packet.payload.isEmpty; // true
 * packet.size; // 24
 * ```
 */
export class IncomingPacket {
  /** Ring offset of the descriptor. */
  readonly offset: number = 0;

  // The header as it was read, four words and the fixed part of the extended header, if any: the fewest stores a packet.

  /** @internal */
  word0 = 0;
  /** @internal */
  word1 = 0;
  /** @internal */
  idLow = 0;
  /** @internal */
  idHigh = 0;
  /** @internal */
  extended0 = 0;
  /** @internal */
  extended1 = 0;

  /** The packet type as on the wire: one of the four `PACKET_TYPE_*`. */
  get packetType(): number {
    return packetTypeIn(this.word0);
  }

  /** The packet's kind, with what only packets of this kind have. */
  get typ(): IncomingPacketType {
    switch (this.packetType) {
      case PACKET_TYPE_COMPLETION:
        return COMPLETION;
      case PACKET_TYPE_GPA_DIRECT:
        return { kind: 'GpaDirect', rangeCount: this.extended1 >>> 0, ranges: this.#ranges() };
      case PACKET_TYPE_TRANSFER_PAGES:
        return {
          kind: 'TransferPages',
          transferPageSetId: this.extended0 & 0xffff,
          rangeCount: this.extended1 >>> 0,
          ranges: this.#ranges(),
        };
      default:
        return IN_BAND;
    }
  }

  /** Bytes of the packet on the ring, footer included. */
  get size(): number {
    return describedSizeIn(this.word1) + FOOTER_SIZE;
  }

  /** Bytes of payload, padding included: a multiple of 8. The same as `payload.length`, without making a range. */
  get payloadLength(): number {
    return describedSizeIn(this.word1) - payloadStartIn(this.word0);
  }

  /** The payload, padding included. */
  get payload(): RingRange {
    return new RingRange(this.offset + payloadStartIn(this.word0), this.payloadLength);
  }

  /** Whether the sender waits for a completion with this packet's transaction id. */
  get completionRequested(): boolean {
    return flagsIn(this.word1) === PACKET_FLAG_COMPLETION_REQUESTED;
  }

  /** The transaction id: of completions, and of packets that ask for one. `null` where it means nothing. */
  get transactionId(): bigint | null {
    if (!this.completionRequested && this.packetType !== PACKET_TYPE_COMPLETION) return null;
    return joinU64(this.idLow, this.idHigh);
  }

  /** The transaction id's low 32 bits, unsigned, whether they mean something or not: no BigInt is made. */
  get transactionIdLow(): number {
    return this.idLow >>> 0;
  }

  /** The transaction id's high 32 bits, likewise. */
  get transactionIdHigh(): number {
    return this.idHigh >>> 0;
  }

  /** The extended header behind its fixed part. */
  #ranges(): RingRange {
    const start = DESCRIPTOR_SIZE + EXTENDED_HEADER_SIZE;
    return new RingRange(this.offset + start, payloadStartIn(this.word0) - start);
  }
}
