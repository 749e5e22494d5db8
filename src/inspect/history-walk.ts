import type { InnerRing } from '../ring/inner-ring.ts';
import { IncomingPacket } from '../ring/incoming-packet.ts';
import { parsePacket } from '../ring/parse.ts';
import { isRingPointer, ringRetreat } from '../ring/pointers.ts';
import { FOOTER_SIZE, MINIMUM_PACKET_SIZE } from '../wire/descriptor.ts';
import { toFinding } from './finding.ts';
import { footerAt } from './packet-walk.ts';

/**
 * Where the oldest of the packets begins that end at ring offset `end`, each where the next one begins, and that take no
 * more than `bytes` bytes in all: how many bytes before `end` that is.
 *
 * The footers lead the way, and the parser decides: a packet counts if one begins where the footer says and ends with that
 * footer. A footer without such a packet ends the walk.
 */
export function findHistory(ring: InnerRing, end: number, bytes: number): number {
  let at = end;
  let walked = 0;
  while (bytes - walked >= MINIMUM_PACKET_SIZE) {
    const length = packetBefore(ring, at, bytes - walked);
    if (length === null) break;
    walked += length;
    at = ringRetreat(ring.size, at, length);
  }
  return walked;
}

/** Bytes of the packet that ends at ring offset `end`; `null` if there is none of at most `bytes` bytes. */
function packetBefore(ring: InnerRing, end: number, bytes: number): number | null {
  const { size } = ring;
  const start = footerAt(ring, ringRetreat(size, end, FOOTER_SIZE));
  if (!isRingPointer(size, start)) return null;
  const length = start < end ? end - start : end + size - start;
  // No writer fills a ring to its last 8 bytes, so a footer that leads around the whole ring leads nowhere.
  if (length > Math.min(bytes, ring.writableLimitBytes)) return null;
  try {
    const packet = new IncomingPacket();
    parsePacket(ring, start, length, packet);
    return packet.size === length ? length : null;
  } catch (error) {
    // Throws what is a fault of ours on; all else says that there is no packet.
    toFinding(error, start);
    return null;
  }
}
