import { type OutgoingPacket, OutgoingPacketType, PAGE_SIZE, PagedRange } from '../../src/index.ts';
import type { GpaRangeSpec, PacketKindName, PacketKindSpec, PacketSpec, TransferRangeSpec } from './packet-spec.ts';
import type { Xorshift } from '../support/xorshift.ts';

function randomGpaRange(random: Xorshift): GpaRangeSpec {
  const pageCount = 1 + random.below(4);
  const byteOffset = random.below(PAGE_SIZE);
  // So long that the last page is touched, by one byte at least, and by no more than it has.
  const shortest = (pageCount - 1) * PAGE_SIZE + 1 - byteOffset;
  const byteCount = Math.max(1, shortest + random.below(PAGE_SIZE));
  const touched = Math.ceil((byteOffset + byteCount) / PAGE_SIZE);
  return { byteCount, byteOffset, pageNumbers: Array.from({ length: touched }, () => random.u64()) };
}

function randomTransferRange(random: Xorshift): TransferRangeSpec {
  return { byteCount: random.next(), byteOffset: random.next() };
}

/** A kind with all that belongs to it. */
export function randomKind(kind: PacketKindName, random: Xorshift): PacketKindSpec {
  if (kind === 'GpaDirect') {
    return { kind, ranges: Array.from({ length: 1 + random.below(4) }, () => randomGpaRange(random)) };
  }
  if (kind === 'TransferPages') {
    const ranges = Array.from({ length: random.below(5) }, () => randomTransferRange(random));
    return { kind, setId: random.below(0x1_0000), ranges };
  }
  return { kind };
}

/** The same, and now and then no range, which is refused, or one of so many pages that it outgrows a small ring. */
export function randomOddKind(kind: PacketKindName, random: Xorshift): PacketKindSpec {
  const choice = kind === 'GpaDirect' ? random.below(40) : 2;
  if (choice === 0) return { kind: 'GpaDirect', ranges: [] };
  if (choice === 1) {
    const pageNumbers = Array.from({ length: 505 + random.below(10) }, () => random.u64());
    return { kind: 'GpaDirect', ranges: [{ byteCount: pageNumbers.length * PAGE_SIZE, byteOffset: 0, pageNumbers }] };
  }
  return randomKind(kind, random);
}

export function randomTransactionId(random: Xorshift): bigint {
  return [0n, 1n, 0xffff_ffff_ffff_ffffn, BigInt(random.next()), random.u64()][random.below(5)]!;
}

/** The packet as the ring takes it. Transaction ids that fit in one go in as a number every other time. */
export function outgoingPacket(spec: PacketSpec): OutgoingPacket {
  const { typ, transactionId, payload } = spec;
  const asNumber = transactionId <= BigInt(Number.MAX_SAFE_INTEGER) && payload.length % 2 === 0;
  return {
    transactionId: asNumber ? Number(transactionId) : transactionId,
    size: payload.length,
    typ: outgoingType(typ),
  };
}

function outgoingType(typ: PacketKindSpec): OutgoingPacketType {
  if (typ.kind === 'GpaDirect') {
    const ranges = typ.ranges.map((range) => PagedRange.of(range.byteOffset, range.byteCount, range.pageNumbers));
    return OutgoingPacketType.GpaDirect(ranges);
  }
  if (typ.kind === 'TransferPages') return OutgoingPacketType.TransferPages(typ.setId, typ.ranges);
  return OutgoingPacketType[typ.kind];
}
