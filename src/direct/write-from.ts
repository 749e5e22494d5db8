import { checkBytes } from '../memory/byte-arrays.ts';
import { Full } from '../ring/outcome.ts';
import type { OutgoingOffset } from '../ring/outgoing-offset.ts';
import type { OutgoingPacket } from '../ring/outgoing-packet.ts';
import type { OutgoingRing } from '../ring/outgoing-ring.ts';
import { writeFast } from './fast-write.ts';

// As in fast-place.ts: compiled in, not looked up.
const fast = writeFast;

/**
 * Writes the next packet with `payload` in it, all of it: `null`; `Full`, which says how many bytes are needed, where there is no
 * room. The same as `ring.write`, and then the payload into the range that it returns, but faster: no object is made.
 *
 * It is at its best where `payload` is the same array each time, and the packet's kind one of the constants of `OutgoingPacketType`.
 * Throws as `OutgoingRing.write` does, and a `RangeError` unless `packet.size` is the length of `payload`, before anything is written.
 *
 * @example
 * ```ts
 * import { FlatRingMem, IncomingPacket, IncomingRing, OutgoingPacketType, OutgoingRing, readInto, writeFrom } from 'vmbus-ring';
 *
 * const memory = new FlatRingMem(4096);
 * const [outgoing, incoming] = [new OutgoingRing(memory), new IncomingRing(memory)];
 * const [writes, reads] = [outgoing.outgoing(), incoming.incoming()];
 * const payload = new Uint8Array(16);
 * const packet = { transactionId: 1, size: 16, typ: OutgoingPacketType.InBandWithCompletion };
 *
 * writeFrom(outgoing, writes, packet, payload); // null: written
 * outgoing.commitWrite(writes);
 *
 * const received = new IncomingPacket();
 * const target = new Uint8Array(2048);
 * while (readInto(incoming, reads, received, target) !== null) {
 *   received.payloadLength; // 16: that many bytes of `target`
 * }
 * incoming.commitRead(reads);
 * ```
 */
export function writeFrom(
  ring: OutgoingRing,
  offset: OutgoingOffset,
  packet: OutgoingPacket,
  payload: Uint8Array,
): Full | null {
  return fast(ring.inner, offset, packet, payload) ? null : writeInTwoSteps(ring, offset, packet, payload);
}

function writeInTwoSteps(
  ring: OutgoingRing,
  offset: OutgoingOffset,
  packet: OutgoingPacket,
  payload: Uint8Array,
): Full | null {
  checkBytes(payload);
  const { length } = payload;
  if (packet.size !== length) {
    throw new RangeError(`the packet is to have ${packet.size} bytes of payload, the payload has ${length}`);
  }
  const before = offset.nextIn;
  const range = ring.write(offset, packet);
  if (range instanceof Full) return range;
  try {
    // Others may have changed its length since it was looked at: of memory that grows, or by what the packet's getters do.
    if (payload.length !== length)
      throw new RangeError(`the payload had ${length} bytes, and has ${payload.length} now`);
    ring.inner.write(range.offset, payload, length);
  } catch (error) {
    offset.nextIn = before;
    throw error;
  }
  return null;
}
