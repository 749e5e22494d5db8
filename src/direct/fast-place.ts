import type { RingWindow } from '../memory/ring-window.ts';
import {
  FOOTER_SIZE,
  PACKET_TYPE_COMPLETION,
  PACKET_TYPE_GPA_DIRECT,
  PACKET_TYPE_IN_BAND,
  PACKET_TYPE_TRANSFER_PAGES,
} from '../wire/descriptor.ts';
import type { InnerRing } from '../ring/inner-ring.ts';
import { OutgoingPacketType } from '../ring/outgoing-packet.ts';
import type { OutgoingOffset } from '../ring/outgoing-offset.ts';
import { isRingPointer, ringFree } from '../ring/pointers.ts';

// V8 looks an import up at each use, and checks that it is there. What a module has of its own is compiled in.
const FOOTER = FOOTER_SIZE;
const free = ringFree;
const isPointer = isRingPointer;
const IN_BAND = OutgoingPacketType.InBandNoCompletion;
const REQUEST = OutgoingPacketType.InBandWithCompletion;
const ANSWER = OutgoingPacketType.Completion;
const IN_BAND_TYPE = PACKET_TYPE_IN_BAND;
const ANSWER_TYPE = PACKET_TYPE_COMPLETION;
const GPA_DIRECT_TYPE = PACKET_TYPE_GPA_DIRECT;
const TRANSFER_PAGES_TYPE = PACKET_TYPE_TRANSFER_PAGES;

/** The packet type of the kinds without ranges, if they are given by their constants, and of those with ranges; 0 for all others. */
export function packetTypeOf(typ: OutgoingPacketType): number {
  if (typ === IN_BAND || typ === REQUEST) return IN_BAND_TYPE;
  if (typ === ANSWER) return ANSWER_TYPE;
  const { kind } = typ;
  if (kind === 'GpaDirect') return GPA_DIRECT_TYPE;
  return kind === 'TransferPages' ? TRANSFER_PAGES_TYPE : 0;
}

/**
 * Bytes of a packet whose payload of `bytes` lies `header` behind its start; of no meaning where one of the two is more than a packet can
 * have: it is 32-bit arithmetic.
 */
export function packetBytes(header: number, bytes: number): number {
  return (header + bytes + FOOTER + 7) & ~7;
}

/** The packet has room, but lies across the end of the ring, or on pages that do not adjoin. */
export const IN_PIECES = -2;

/**
 * Where a packet of `totalBytes` goes, as an index in `window.i32`: -1 unless the offset is the ring's, the id has 32 bits, the payload
 * of `bytes` is the array that was seen last, and there is room for all of it; `IN_PIECES` where that is not one piece of memory.
 */
export function placeFast(
  inner: InnerRing,
  window: RingWindow,
  offset: OutgoingOffset,
  id: bigint | number,
  payload: Uint8Array,
  bytes: number,
  totalBytes: number,
): number {
  if (offset.ring !== inner || typeof id !== 'number' || id >>> 0 !== id) return -1;
  const { source } = window;
  if (payload !== source.bytes || bytes !== source.byteCount) return -1;
  const at = offset.nextIn;
  const limit = inner.writableLimitBytes;
  // In this order: past the limit the 32-bit arithmetic means nothing.
  if (bytes > limit || totalBytes > limit) return -1;
  // This way round, so that an offset that is none is refused as well.
  if (!(totalBytes <= free(inner.size, at, offset.cachedOut)) && !hasRoomNow(inner, offset, totalBytes)) return -1;
  const word = window.locate(at, totalBytes);
  return word < 0 ? IN_PIECES : word;
}

/** Looks at the peer's `out` anew, as `OutgoingRing.canWrite` does. False for a corrupt one as well. */
export function hasRoomNow(inner: InnerRing, offset: OutgoingOffset, totalBytes: number): boolean {
  const out = inner.control.loadOut();
  if (!isPointer(inner.size, out)) return false;
  offset.cachedOut = out;
  return totalBytes <= free(inner.size, offset.nextIn, out);
}
