import { packetExtent, packetImage } from './packet-bytes.ts';
import type { PacketSpec } from './packet-spec.ts';
import type { PlacedPacket, RingModel } from './ring-model.ts';

/** `length8` and `data_offset8` are 16-bit counts of 8 bytes. */
const FORMAT_LIMIT_BYTES = 65535 * 8;

export type WriteOutcome =
  | { readonly result: 'written'; readonly packet: PlacedPacket; readonly payloadOffset: number }
  | { readonly result: 'full'; readonly size: number }
  | { readonly result: 'error'; readonly code: string };

/** The sending end: what it knows and has done, all of it private. */
export class WriterModel {
  readonly ring: RingModel;
  cachedOut: number;
  committedIn: number;
  nextIn: number;

  /** Written and not committed, first to last. */
  batch: PlacedPacket[] = [];

  constructor(ring: RingModel) {
    this.ring = ring;
    this.cachedOut = ring.out;
    this.committedIn = ring.in;
    this.nextIn = ring.in;
  }

  /** What opening a ring for writing does to its control words. */
  static open(ring: RingModel): void {
    ring.featureBits = 1;
    ring.pendingSendSize = 0;
  }

  clone(): WriterModel {
    const copy = new WriterModel(this.ring);
    copy.cachedOut = this.cachedOut;
    copy.committedIn = this.committedIn;
    copy.nextIn = this.nextIn;
    copy.batch = [...this.batch];
    return copy;
  }

  canWrite(length: number): boolean {
    if (length <= this.ring.room(this.nextIn, this.cachedOut)) return true;
    this.cachedOut = this.ring.out;
    return length <= this.ring.room(this.nextIn, this.cachedOut);
  }

  /** Stores header and footer. The payload is stored by `fill`. */
  write(spec: PacketSpec): WriteOutcome {
    const { headerBytes, paddedPayloadBytes, totalBytes } = packetExtent(spec);
    if (spec.typ.kind === 'GpaDirect' && spec.typ.ranges.length === 0) {
      return { result: 'error', code: 'InvalidDescriptorGpaDirectRangeCount' };
    }
    if (headerBytes + paddedPayloadBytes > FORMAT_LIMIT_BYTES || totalBytes > this.ring.size - 8) {
      return { result: 'error', code: 'InvalidMessageLength' };
    }
    if (!this.canWrite(totalBytes)) return { result: 'full', size: totalBytes };
    const start = this.nextIn;
    const image = packetImage(spec, this.ring.ringOffset(start));
    this.ring.put(start, image.header);
    this.ring.put(start + headerBytes + paddedPayloadBytes, image.footer);
    const packet = { spec, start, end: start + totalBytes };
    this.batch.push(packet);
    this.nextIn = packet.end;
    return { result: 'written', packet, payloadOffset: this.ring.ringOffset(start) + headerBytes };
  }

  /** Stores the payload of a packet that was written, and its padding. */
  fill(packet: PlacedPacket): void {
    const image = packetImage(packet.spec, this.ring.ringOffset(packet.start));
    this.ring.put(packet.start + image.header.length, image.payload);
  }

  /** Stores the first `bytes` bytes of the payload of a packet that was written, and its padding: zeros. */
  fillPart(packet: PlacedPacket, bytes: number): void {
    const { length } = packet.spec.payload;
    const image = packetImage(packet.spec, this.ring.ringOffset(packet.start));
    const start = packet.start + image.header.length;
    // Padding comes with the header, in a unit of 8 bytes: what is not written of the unit is zero as well.
    if (length % 8 !== 0)
      this.ring.put(
        start + Math.floor(length / 8) * 8,
        Array.from({ length: 8 }, () => 0),
      );
    this.ring.put(start, image.payload.slice(0, bytes));
  }

  /** Publishes the batch. True if the reader wants a signal. */
  commit(): boolean {
    if (this.batch.length === 0) return false;
    const wasEmpty = this.ring.out === this.committedIn;
    this.ring.published.push(...this.batch);
    this.ring.in = this.nextIn;
    this.committedIn = this.nextIn;
    this.batch = [];
    return wasEmpty && this.ring.interruptMask === 0;
  }

  revert(): void {
    this.nextIn = this.committedIn;
    this.batch = [];
  }

  inspect(): { cachedOut: number; committedIn: number; nextIn: number } {
    const { ring } = this;
    return {
      cachedOut: ring.ringOffset(this.cachedOut),
      committedIn: ring.ringOffset(this.committedIn),
      nextIn: ring.ringOffset(this.nextIn),
    };
  }
}
