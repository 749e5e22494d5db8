import type { PacketReport, RangeReport } from '../../src/inspect/index.ts';

function listedType({ type, transactionId }: PacketReport): string {
  switch (type) {
    case 'in-band':
      return transactionId === null ? 'inband' : 'inband_c';
    case 'completion':
      return 'comp';
    case 'gpa-direct':
      return 'gpa';
    default:
      return 'xfer';
  }
}

function listedRange({ byteCount, byteOffset, pageNumbers }: RangeReport): string {
  const range = `${byteCount}@${byteOffset}`;
  return pageNumbers === undefined
    ? range
    : `${range}:${pageNumbers.map((page) => BigInt(page).toString(16)).join(',')}`;
}

/** The line that a listing beside the vectors has for a packet, as `test/vectors/README.md` says. */
export function listingLineOf(packet: PacketReport, index: number): string {
  const { transactionId, payloadLength, crc32, transferPageSetId, ranges } = packet;
  const words = [index, listedType(packet), transactionId ?? '-', payloadLength, crc32];
  if (transferPageSetId !== undefined) words.push(`set=${transferPageSetId.toString(16)}`);
  return [...words, ...(ranges ?? []).map(listedRange)].join(' ');
}
