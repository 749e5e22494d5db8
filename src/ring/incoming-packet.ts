import {
  DESCRIPTOR_SIZE,
  EXTENDED_HEADER_SIZE,
  FOOTER_SIZE,
  PACKET_FLAG_COMPLETION_REQUESTED,
  PACKET_TYPE_COMPLETION,
  PACKET_TYPE_GPA_DIRECT,
  PACKET_TYPE_TRANSFER_PAGES,
} from '../wire/descriptor.ts';
import { RingRange } from './range.ts';

/**
 * What kind of packet came in. Those with external data carry the variable part of their header as a range: GPA ranges
 * as `MultiPagedRangeBuf` has them, or transfer page ranges of 8 bytes each. What these ranges say was not checked.
 *
 * Source: OpenVMM `vmbus_ring::IncomingPacketType`.
 */
export type IncomingPacketType =
  | { readonly kind: 'InBand' }
  | { readonly kind: 'Completion' }
  | { readonly kind: 'GpaDirect'; readonly rangeCount: number; readonly ranges: RingRange }
  | {
      readonly kind: 'TransferPages';
      readonly transferPageSetId: number;
      readonly rangeCount: number;
      readonly ranges: RingRange;
    };

const IN_BAND: IncomingPacketType = Object.freeze({ kind: 'InBand' });
const COMPLETION: IncomingPacketType = Object.freeze({ kind: 'Completion' });

const idWords = new Int32Array(2);
const idWord = new BigUint64Array(idWords.buffer);

/**
 * A packet in the ring: what its descriptor said when it was read, once. The peer cannot change it any more, but what
 * the ranges of it hold it can, until the read is committed; from then on the ranges are no longer the packet's.
 *
 * Source: OpenVMM `vmbus_ring::IncomingPacket`.
 */
export class IncomingPacket {
  /** Ring offset of the descriptor. */
  readonly offset: number;

  // The header as it was read, four words and the fixed part of the extended header, if any: the fewest stores a packet.
  readonly #typeAndOffset: number;
  readonly #lengthAndFlags: number;
  readonly #idLow: number;
  readonly #idHigh: number;
  readonly #extended0: number;
  readonly #extended1: number;

  /** Made by `IncomingRing.read`, of words that were validated. */
  constructor(
    offset: number,
    typeAndOffset: number,
    lengthAndFlags: number,
    idLow: number,
    idHigh: number,
    extended0: number,
    extended1: number,
  ) {
    this.offset = offset;
    this.#typeAndOffset = typeAndOffset;
    this.#lengthAndFlags = lengthAndFlags;
    this.#idLow = idLow;
    this.#idHigh = idHigh;
    this.#extended0 = extended0;
    this.#extended1 = extended1;
  }

  /** The packet type as on the wire: one of the four `PACKET_TYPE_*`. */
  get packetType(): number {
    return this.#typeAndOffset & 0xffff;
  }

  /** The packet's kind, with what only packets of this kind have. */
  get typ(): IncomingPacketType {
    switch (this.packetType) {
      case PACKET_TYPE_COMPLETION:
        return COMPLETION;
      case PACKET_TYPE_GPA_DIRECT:
        return { kind: 'GpaDirect', rangeCount: this.#extended1 >>> 0, ranges: this.#ranges() };
      case PACKET_TYPE_TRANSFER_PAGES:
        return {
          kind: 'TransferPages',
          transferPageSetId: this.#extended0 & 0xffff,
          rangeCount: this.#extended1 >>> 0,
          ranges: this.#ranges(),
        };
      default:
        return IN_BAND;
    }
  }

  /** Bytes of the packet on the ring, footer included. */
  get size(): number {
    return (this.#lengthAndFlags & 0xffff) * 8 + FOOTER_SIZE;
  }

  /** Bytes of payload, padding included: a multiple of 8. The same as `payload.length`, without making a range. */
  get payloadLength(): number {
    return ((this.#lengthAndFlags & 0xffff) - (this.#typeAndOffset >>> 16)) * 8;
  }

  /** The payload, padding included. */
  get payload(): RingRange {
    return new RingRange(this.offset + (this.#typeAndOffset >>> 16) * 8, this.payloadLength);
  }

  /** Whether the sender waits for a completion with this packet's transaction id. */
  get completionRequested(): boolean {
    return this.#lengthAndFlags >>> 16 === PACKET_FLAG_COMPLETION_REQUESTED;
  }

  /** The transaction id: of completions, and of packets that ask for one. `null` where it means nothing. */
  get transactionId(): bigint | null {
    if (!this.completionRequested && this.packetType !== PACKET_TYPE_COMPLETION) return null;
    // Through memory: four times faster than shifting BigInts together.
    idWords[0] = this.#idLow;
    idWords[1] = this.#idHigh;
    return idWord[0]!;
  }

  /** The transaction id's low 32 bits, unsigned, whether they mean something or not: no BigInt is made. */
  get transactionIdLow(): number {
    return this.#idLow >>> 0;
  }

  /** The transaction id's high 32 bits, likewise. */
  get transactionIdHigh(): number {
    return this.#idHigh >>> 0;
  }

  /** The extended header behind its fixed part. */
  #ranges(): RingRange {
    const start = DESCRIPTOR_SIZE + EXTENDED_HEADER_SIZE;
    return new RingRange(this.offset + start, (this.#typeAndOffset >>> 16) * 8 - start);
  }
}
