import type { MultiPagedRangeBuf } from '../gpa/multi-paged-range-buf.ts';
import { readGpaRanges, readTransferPageRanges } from '../external/external-ranges.ts';
import { IncomingPacket } from '../ring/incoming-packet.ts';
import type { InnerRing } from '../ring/inner-ring.ts';
import { parsePacket } from '../ring/parse.ts';
import { ringAdvance } from '../ring/pointers.ts';
import { FOOTER_SIZE } from '../wire/descriptor.ts';
import type { TransferPageRange } from '../wire/transfer-page-range.ts';
import { asRing } from './as-ring.ts';
import { toFinding } from './finding.ts';
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

function findPacket(ring: InnerRing, offset: number, available: number): FoundPacket {
  const packet = new IncomingPacket();
  parsePacket(ring, offset, available, packet);
  const footer = footerAt(ring, offset + packet.size - FOOTER_SIZE);
  const source = asRing(ring);
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

/** The ring offset that the footer at ring offset `offset` holds. */
export function footerAt(ring: InnerRing, offset: number): number {
  return ring.stageUnit(offset)[1]! >>> 0;
}
