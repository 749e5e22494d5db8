import { checkWithinRing } from '../memory/layout-check.ts';
import { MultiPagedRangeBuf } from '../gpa/multi-paged-range-buf.ts';
import type { TransferPageRange } from '../wire/transfer-page-range.ts';
import type { IncomingPacket } from '../ring/incoming-packet.ts';
import type { RingRange } from '../ring/range.ts';
import type { Ring } from '../ring/ring.ts';
import { joinU64 } from '../ring/u64-words.ts';

const UNIT_SIZE = 8;

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
  const { rangeCount, ranges } = typ;
  const words = new BigUint64Array(ranges.length >> 3);
  let i = 0;
  unitsOf(ring, ranges, words.length, (low, high) => (words[i++] = joinU64(low, high)));
  return MultiPagedRangeBuf.adopt(rangeCount, words);
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
  const ranges: TransferPageRange[] = [];
  unitsOf(ring, typ.ranges, typ.rangeCount, (low, high) =>
    ranges.push({ byteCount: low >>> 0, byteOffset: high >>> 0 }),
  );
  return ranges;
}

/**
 * Calls `take` with the two words of each of the first `count` units of 8 bytes in `range`, each of which is read once. Most lists are short:
 * to copy one to an array first would cost more than all of it, but for a `RingMem` of the user's own, which is asked once.
 */
function unitsOf(ring: Ring, range: RingRange, count: number, take: (low: number, high: number) => void): void {
  const { inner } = ring;
  if (inner === undefined || inner.window === null) {
    const words = new Int32Array(2 * count);
    range.reader(ring).read(new Uint8Array(words.buffer));
    for (let i = 0; i < words.length; i += 2) take(words[i]!, words[i + 1]!);
    return;
  }
  checkWithinRing(inner.size, range.offset, range.length);
  inner.control.checkAlive();
  const end = range.offset + count * UNIT_SIZE;
  for (let at = range.offset; at < end; at += UNIT_SIZE) {
    const unit = inner.stageUnit(at);
    take(unit[0]!, unit[1]!);
  }
}
