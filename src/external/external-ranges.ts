import { MultiPagedRangeBuf } from '../gpa/multi-paged-range-buf.ts';
import { TRANSFER_PAGE_RANGE_SIZE, type TransferPageRange } from '../wire/transfer-page-range.ts';
import type { IncomingPacket } from '../ring/incoming-packet.ts';
import type { Ring } from '../ring/ring.ts';

/**
 * The GPA ranges of a GPA-direct packet, copied out of the ring and validated. `ring` is the one that the packet was read
 * from. Throws a {@link GpaRangeError} where they are not valid, and a `TypeError` for a packet of another kind.
 *
 * Source: OpenVMM `vmbus_async::queue`, which reads external ranges this way.
 */
export function readGpaRanges(ring: Ring, packet: IncomingPacket): MultiPagedRangeBuf {
  const { typ } = packet;
  if (typ.kind !== 'GpaDirect') throw new TypeError(`a packet of kind ${typ.kind} has no GPA ranges`);
  return MultiPagedRangeBuf.fromRangeBuffer(typ.rangeCount, typ.ranges.reader(ring).readWords());
}

/**
 * The ranges of a transfer-page packet, copied out of the ring. `ring` is the one that the packet was read from. What they
 * say is the peer's: check it against the size of the page set. Throws a `TypeError` for a packet of another kind.
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
