import type { PacketSpec } from './packet-spec.ts';

/**
 * A slow, obviously right ring: its bytes in a plain array, its control words as plain numbers.
 *
 * Positions in the model count all bytes that ever went through the ring: they only grow, and a position's place in the
 * ring is the rest of its division by the size. So what is available is `in - out`, nothing else, and there is no wrapped
 * case to get wrong.
 */
export class RingModel {
  /** Bytes of data. */
  readonly size: number;
  readonly bytes: number[];
  in: number;
  out: number;
  interruptMask = 0;
  pendingSendSize = 0;
  featureBits = 0;

  /** What lies between `out` and `in`, first to last. */
  published: PlacedPacket[] = [];

  /** An empty ring in which `in` and `out` stand at ring offset `start`, over `bytes` of old contents. */
  constructor(bytes: number[], start: number) {
    this.size = bytes.length;
    this.bytes = bytes;
    this.in = start;
    this.out = start;
  }

  /** Bytes that a writer may write, if it stands at `writePosition` and knows of `out` at `readPosition`. */
  room(writePosition: number, readPosition: number): number {
    return this.size - 8 - (writePosition - readPosition);
  }

  ringOffset(position: number): number {
    return position % this.size;
  }

  /** Stores `values` from `position` on, byte by byte. */
  put(position: number, values: readonly number[]): void {
    values.forEach((value, i) => {
      this.bytes[this.ringOffset(position + i)] = value;
    });
  }
}

/** A packet at its place: `start` and `end` are positions, as the model counts them. */
export interface PlacedPacket {
  readonly spec: PacketSpec;
  readonly start: number;
  readonly end: number;
}

/** A pending send size as the reader takes it: a writer that asks for `size - 1` means 'when empty'. */
export function effectivePendingSendSize(ring: RingModel): number {
  return ring.pendingSendSize - (ring.pendingSendSize % 8);
}
