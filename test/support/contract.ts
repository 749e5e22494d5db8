import { type OutgoingPacket, OutgoingPacketType, PagedRange } from '../../src/index.ts';
import { Xorshift } from './xorshift.ts';

/**
 * What `test/vectors/README.md` says of the rings written by others: which packets a seed stands for, and how the lines
 * beside the images read.
 */

/** The kinds of packet, in the contract's order, by the names that the listings have for them. */
export const LISTED_TYPES = ['inband', 'inband_c', 'comp', 'gpa', 'xfer'] as const;

export type ListedType = (typeof LISTED_TYPES)[number];

/** A range as a listing has it. Of transfer page ranges `length` is the count, and there are no pages. */
export interface ListedRange {
  readonly length: number;
  readonly offset: number;
  readonly pages: readonly bigint[];
}

/** One packet as a listing has it. */
export interface ListedPacket {
  readonly index: number;
  readonly type: ListedType;
  /** `null` where the packet has none. */
  readonly transactionId: bigint | null;
  /** Padding included. */
  readonly payloadBytes: number;
  /** IEEE's, of the padded payload, as 8 hexadecimal digits. */
  readonly crc32: string;
  /** `null` but for transfer pages. */
  readonly setId: number | null;
  readonly ranges: readonly ListedRange[];
}

/** One packet as the contract makes it. */
export interface ContractPacket {
  readonly index: number;
  readonly type: ListedType;
  /** Padded with zeros to a multiple of 8. */
  readonly payload: Uint8Array<ArrayBuffer>;
  readonly setId: number | null;
  readonly ranges: readonly ListedRange[];
}

function drawGpaRange(random: Xorshift): ListedRange {
  const offset = random.next() & 0xfff;
  const length = 1 + (random.next() % 16384);
  const pages: bigint[] = [];
  for (let page = 0; page < Math.ceil((offset + length) / 4096); page++) {
    const low = random.next();
    const high = random.next() & 0xff;
    pages.push((BigInt(high) << 32n) | BigInt(low));
  }
  return { length, offset, pages };
}

function drawTransferRange(random: Xorshift): ListedRange {
  const length = random.next() % 65536;
  return { length, offset: random.next(), pages: [] };
}

function drawPayload(random: Xorshift, payloadBytes: number): Uint8Array<ArrayBuffer> {
  const payload = new Uint8Array(Math.ceil(payloadBytes / 8) * 8);
  payload.set(random.bytes(payloadBytes));
  return payload;
}

function drawPacket(random: Xorshift, index: number): ContractPacket {
  const type = LISTED_TYPES[index % LISTED_TYPES.length]!;
  const payloadBytes = random.next() % 2001;
  let setId: number | null = null;
  const ranges: ListedRange[] = [];
  if (type === 'gpa') {
    for (let left = 1 + (random.next() % 3); left > 0; left--) ranges.push(drawGpaRange(random));
  } else if (type === 'xfer') {
    setId = random.next() & 0xffff;
    for (let left = 1 + (random.next() % 8); left > 0; left--) ranges.push(drawTransferRange(random));
  }
  return { index, type, payload: drawPayload(random, payloadBytes), setId, ranges };
}

/** The packets 0 to `count - 1` that `seed` stands for, each made when it is asked for. */
export function* drawContractPackets(seed: number, count: number): Generator<ContractPacket, void, undefined> {
  const random = new Xorshift(seed);
  for (let index = 0; index < count; index++) yield drawPacket(random, index);
}

/** The packets 0 to `count - 1` that `seed` stands for. */
export function contractPackets(seed: number, count: number): ContractPacket[] {
  return [...drawContractPackets(seed, count)];
}

/** The packet as `OutgoingRing.write` takes it: its padding counts as payload, its index is its transaction id. */
export function outgoingPacketOf(packet: ContractPacket): OutgoingPacket {
  return { transactionId: packet.index, size: packet.payload.length, typ: outgoingTypeOf(packet) };
}

/** What a packet is, but for its payload, as `OutgoingRing.write` takes it. */
export function outgoingTypeOf({
  type,
  setId,
  ranges,
}: Pick<ContractPacket, 'type' | 'setId' | 'ranges'>): OutgoingPacketType {
  switch (type) {
    case 'inband':
      return OutgoingPacketType.InBandNoCompletion;
    case 'inband_c':
      return OutgoingPacketType.InBandWithCompletion;
    case 'comp':
      return OutgoingPacketType.Completion;
    case 'gpa':
      return OutgoingPacketType.GpaDirect(
        ranges.map((range) => PagedRange.of(range.offset, range.length, range.pages)),
      );
    default:
      return OutgoingPacketType.TransferPages(
        setId ?? 0,
        ranges.map(({ length, offset }) => ({ byteCount: length, byteOffset: offset })),
      );
  }
}

/** The packet as the one line that a listing has for it. */
export function listingLine(packet: ListedPacket): string {
  const words = [packet.index, packet.type, packet.transactionId ?? '-', packet.payloadBytes, packet.crc32];
  if (packet.setId !== null) words.push(`set=${packet.setId.toString(16)}`);
  for (const { length, offset, pages } of packet.ranges) {
    const list = packet.type === 'gpa' ? `:${pages.map((page) => page.toString(16)).join(',')}` : '';
    words.push(`${length}@${offset}${list}`);
  }
  return words.join(' ');
}

const LINE = /^(\d+) (inband|inband_c|comp|gpa|xfer) (\d+|-) (\d+) ([0-9a-f]{8})(?: set=([0-9a-f]+))?((?: \S+)*)$/;
const RANGE = /^(\d+)@(\d+)(?::([0-9a-f,]+))?$/;

function parseRange(text: string): ListedRange {
  const [, length, offset, pages] = RANGE.exec(text) ?? [];
  if (length === undefined || offset === undefined) throw new Error(`no range: ${text}`);
  const list = pages === undefined ? [] : pages.split(',').map((page) => BigInt(`0x${page}`));
  return { length: Number(length), offset: Number(offset), pages: list };
}

function parseLine(line: string): ListedPacket {
  const match = LINE.exec(line);
  if (match === null) throw new Error(`no line of a listing: ${line}`);
  const [, index, type, id, payloadBytes, crc32, setId, ranges] = match;
  return {
    index: Number(index),
    type: type as ListedType,
    transactionId: id === '-' ? null : BigInt(id!),
    payloadBytes: Number(payloadBytes),
    crc32: crc32!,
    setId: setId === undefined ? null : Number.parseInt(setId, 16),
    ranges: ranges!.split(' ').filter(Boolean).map(parseRange),
  };
}

/** The packets of a `.txt` listing. Throws where a line does not read as the README says. */
export function parseListing(text: string): ListedPacket[] {
  return text.trimEnd().split('\n').map(parseLine);
}
