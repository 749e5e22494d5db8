import { GpaRangeError } from '../gpa/gpa-range-error.ts';
import type { MultiPagedRangeBuf } from '../gpa/multi-paged-range-buf.ts';
import { readGpaRanges, readTransferPageRanges } from '../external/external-ranges.ts';
import type { IncomingPacket } from '../ring/incoming-packet.ts';
import type { InnerRing } from '../ring/inner-ring.ts';
import { parsePacket } from '../ring/parse.ts';
import { isRingPointer, ringAdvance } from '../ring/pointers.ts';
import { FOOTER_SIZE, MINIMUM_PACKET_SIZE } from '../wire/descriptor.ts';
import { VmbusRingError } from '../wire/ring-error.ts';
import type { TransferPageRange } from '../wire/transfer-page-range.ts';
import type { Finding } from './ring-report.ts';

/** A packet that parsed, and what is behind its header and in its footer. */
export interface FoundPacket {
  readonly packet: IncomingPacket;
  /** The ring offset that its footer holds; its own, if all is well. */
  readonly footer: number;
  /** Its external ranges; `null` where it has none, or `rangesError`. */
  readonly gpaRanges: MultiPagedRangeBuf | null;
  readonly transferPageRanges: readonly TransferPageRange[] | null;
  /** Why its list of GPA ranges does not validate, or `null`. */
  readonly rangesError: Finding | null;
}

/**
 * The packets in `bytes` bytes from ring offset `start` on, one after the other. Ends at the first that does not parse, and
 * returns why, or `null`. No packet is shorter than 24 bytes, so it ends.
 */
export function* walkPackets(
  ring: InnerRing,
  start: number,
  bytes: number,
): Generator<FoundPacket, Finding | null, undefined> {
  let offset = start;
  for (let left = bytes; left > 0;) {
    let found: FoundPacket;
    try {
      found = findPacket(ring, offset, left);
    } catch (error) {
      return toFinding(error, offset);
    }
    yield found;
    left -= found.packet.size;
    offset = ringAdvance(ring.size, offset, found.packet.size);
  }
  return null;
}

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

/** `pointer` moved back by `bytes`, at most the size of the ring. */
export function ringRetreat(size: number, pointer: number, bytes: number): number {
  return pointer >= bytes ? pointer - bytes : pointer + size - bytes;
}

/** Bytes of the packet that ends at ring offset `end`; `null` if there is none of at most `bytes` bytes. */
function packetBefore(ring: InnerRing, end: number, bytes: number): number | null {
  const { size } = ring;
  const start = footerAt(ring, ringRetreat(size, end, FOOTER_SIZE));
  if (!isRingPointer(size, start)) return null;
  const length = start < end ? end - start : end + size - start;
  // No writer fills a ring to its last 8 bytes, so a footer that leads around the whole ring leads nowhere.
  if (length > Math.min(bytes, ring.maximumPacketSize)) return null;
  try {
    return parsePacket(ring, start, length).size === length ? length : null;
  } catch (error) {
    toFinding(error, start);
    return null;
  }
}

function footerAt(ring: InnerRing, offset: number): number {
  return ring.stageUnit(offset)[1]! >>> 0;
}

function findPacket(ring: InnerRing, offset: number, available: number): FoundPacket {
  const packet = parsePacket(ring, offset, available);
  const footer = footerAt(ring, offset + packet.size - FOOTER_SIZE);
  const source = { inner: ring, mem: () => ring.mem };
  const { kind } = packet.typ;
  let gpaRanges: MultiPagedRangeBuf | null = null;
  let rangesError: Finding | null = null;
  try {
    if (kind === 'GpaDirect') gpaRanges = readGpaRanges(source, packet);
  } catch (error) {
    rangesError = toFinding(error, offset);
  }
  const transferPageRanges = kind === 'TransferPages' ? readTransferPageRanges(source, packet) : null;
  return { packet, footer, gpaRanges, transferPageRanges, rangesError };
}

/** What the bytes of a ring can make the library throw, as a finding. Anything else is a fault of ours and thrown on. */
export function toFinding(error: unknown, offset: number | null): Finding {
  if (error instanceof VmbusRingError) return { code: error.code, offset: error.offset, message: error.message };
  if (error instanceof GpaRangeError) {
    return { code: error.code, offset, message: `GPA ranges of the packet at ring offset ${offset}: ${error.message}` };
  }
  throw error;
}
