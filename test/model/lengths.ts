import type { LengthSpec } from './operations.ts';
import type { WriterModel } from './writer-model.ts';

const PAGE_BYTES = 4096;
const FORMAT_LIMIT_BYTES = 65535 * 8;

/**
 * The length that `spec` stands for where `writer` is now. `overheadBytes` is what a packet takes besides its payload; the
 * result is a payload length then, and a packet's where it is 0. May be negative.
 */
export function resolveLength(spec: LengthSpec, writer: WriterModel, overheadBytes: number): number {
  const { ring, nextIn } = writer;
  const { pages, delta } = spec;
  switch (spec.base) {
    case 'small':
      return delta;
    case 'limit':
      return 128 * (1 + (pages % 2)) + delta;
    case 'free':
      return ring.room(nextIn, ring.out) - overheadBytes + delta;
    case 'page':
      return (1 + pages) * PAGE_BYTES - (ring.ringOffset(nextIn) % PAGE_BYTES) - overheadBytes + delta;
    case 'end':
      return ring.size - ring.ringOffset(nextIn) - Math.max(0, overheadBytes - 8) + delta;
    case 'largest':
      return ring.size - 8 - overheadBytes + delta;
    case 'format':
      return FORMAT_LIMIT_BYTES - Math.max(0, overheadBytes - 8) + delta;
    default:
      return (pages * ring.size) / 16 + delta;
  }
}
