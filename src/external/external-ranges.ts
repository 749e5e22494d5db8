import { MultiPagedRangeBuf } from '../gpa/multi-paged-range-buf.ts';
import { TRANSFER_PAGE_RANGE_SIZE, type TransferPageRange } from '../wire/transfer-page-range.ts';
import type { IncomingPacket } from '../ring/incoming-packet.ts';
import type { Ring } from '../ring/ring.ts';

/**
 * The GPA ranges of a GPA-direct packet, copied out of the ring and validated. `ring` is the one that the packet was read
 * from. Throws a {@link GpaRangeError} where they are not valid, and a `TypeError` for a packet of another kind.
 *
 * Source: OpenVMM `vmbus_async::queue`, which reads external ranges this way.
 *
 * @example
 * ```ts
 * import { FlatRingMem, IncomingRing, OutgoingPacketType, OutgoingRing, PagedRange, readGpaRanges } from 'vmbus-ring';
 *
 * const memory = new FlatRingMem(4096);
 * const outgoing = new OutgoingRing(memory);
 * const write = outgoing.outgoing();
 * const typ = OutgoingPacketType.GpaDirect([PagedRange.of(16, 4096, [7n, 3n])]);
 * outgoing.write(write, { transactionId: 1n, size: 0, typ });
 * outgoing.commitWrite(write);
 *
 * const incoming = new IncomingRing(memory);
 * const packet = incoming.read(incoming.incoming());
 * if (packet === null) throw new Error('the ring is empty');
 * for (const range of readGpaRanges(incoming, packet)) {
 *   range.offset(); // 16
 *   range.length; // 4096
 *   [...range.gpns()]; // [7n, 3n]
 * }
 * ```
 */
export function readGpaRanges(ring: Ring, packet: IncomingPacket): MultiPagedRangeBuf {
  const { typ } = packet;
  if (typ.kind !== 'GpaDirect') throw new TypeError(`a packet of kind ${typ.kind} has no GPA ranges`);
  return MultiPagedRangeBuf.adopt(typ.rangeCount, typ.ranges.reader(ring).readWords());
}

/**
 * The ranges of a transfer-page packet, copied out of the ring. `ring` is the one that the packet was read from. What they
 * say is the peer's: check it against the size of the page set. Throws a `TypeError` for a packet of another kind.
 *
 * @example
 * ```ts
 * import { FlatRingMem, IncomingRing, OutgoingPacketType, OutgoingRing, readTransferPageRanges } from 'vmbus-ring';
 *
 * const memory = new FlatRingMem(4096);
 * const outgoing = new OutgoingRing(memory);
 * const write = outgoing.outgoing();
 * const typ = OutgoingPacketType.TransferPages(0xcafe, [{ byteCount: 1514, byteOffset: 2048 }]);
 * outgoing.write(write, { transactionId: 1n, size: 0, typ });
 * outgoing.commitWrite(write);
 *
 * const incoming = new IncomingRing(memory);
 * const packet = incoming.read(incoming.incoming());
 * if (packet === null) throw new Error('the ring is empty');
 * const [range] = readTransferPageRanges(incoming, packet);
 * range?.byteCount; // 1514
 * range?.byteOffset; // 2048
 * ```
 */
export function readTransferPageRanges(ring: Ring, packet: IncomingPacket): TransferPageRange[] {
  const { typ } = packet;
  if (typ.kind !== 'TransferPages') throw new TypeError(`a packet of kind ${typ.kind} has no transfer page ranges`);
  const bytes = new Uint8Array(typ.rangeCount * TRANSFER_PAGE_RANGE_SIZE);
  typ.ranges.reader(ring).read(bytes);
  const words = new Uint32Array(bytes.buffer);
  return Array.from({ length: typ.rangeCount }, (_, i) => ({
    byteCount: words[2 * i]!,
    byteOffset: words[2 * i + 1]!,
  }));
}
