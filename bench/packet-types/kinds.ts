import {
  type IncomingPacket,
  type IncomingRing,
  MultiPagedRangeBuf,
  OutgoingPacketType,
  PAGE_SIZE,
  PagedRange,
  readGpaRanges,
  readTransferPageRanges,
} from '../../src/index.ts';
import type { PacketKind } from '../jobs/ring-mover.ts';

/** One range over whole pages, which do not follow each other. */
const GPA_RANGES: readonly PagedRange[] = [PagedRange.of(0, 4 * PAGE_SIZE, [0x7001n, 0x3002n, 0x9003n, 0x5n])];
const GPA_WORDS = MultiPagedRangeBuf.from(GPA_RANGES).rangeBuffer();

/** Frames of a network device in its page set. */
const TRANSFER_RANGES: readonly { readonly byteCount: number; readonly byteOffset: number }[] = Array.from(
  { length: 8 },
  (_, i) => ({ byteCount: 1514 - i, byteOffset: 2048 * i }),
);

const PAGE_SET_ID = 0xcafe;

const GPA_DIRECT = OutgoingPacketType.GpaDirect(GPA_RANGES);
const TRANSFER_PAGES = OutgoingPacketType.TransferPages(PAGE_SET_ID, TRANSFER_RANGES);

function checkGpaDirect(ring: IncomingRing, packet: IncomingPacket): void {
  const words = readGpaRanges(ring, packet).rangeBuffer();
  if (words.length === GPA_WORDS.length && words.every((word, i) => word === GPA_WORDS[i])) return;
  throw new Error(`the GPA ranges are ${words.join(', ')}`);
}

function checkTransferPages(ring: IncomingRing, packet: IncomingPacket): void {
  const { typ } = packet;
  if (!('transferPageSetId' in typ) || typ.transferPageSetId !== PAGE_SET_ID) throw new Error('another page set came');
  const ranges = readTransferPageRanges(ring, packet);
  const areSent = TRANSFER_RANGES.every(
    ({ byteCount, byteOffset }, i) => ranges[i]?.byteCount === byteCount && ranges[i].byteOffset === byteOffset,
  );
  if (ranges.length !== TRANSFER_RANGES.length || !areSent) throw new Error('other transfer page ranges came');
}

/** Packets with external ranges: of those that are `headers only`, the reader takes the payload and lets the ranges lie. */
export const KINDS: Readonly<
  Record<'GPA direct' | 'GPA direct, headers only' | 'transfer pages' | 'transfer pages, headers only', PacketKind>
> = {
  'GPA direct': { typ: GPA_DIRECT, readRanges: readGpaRanges, check: checkGpaDirect },
  'GPA direct, headers only': { typ: GPA_DIRECT, readRanges: null, check: checkGpaDirect },
  'transfer pages': { typ: TRANSFER_PAGES, readRanges: readTransferPageRanges, check: checkTransferPages },
  'transfer pages, headers only': { typ: TRANSFER_PAGES, readRanges: null, check: checkTransferPages },
};
