import type { IncomingOffset } from '../ring/incoming-offset.ts';
import type { IncomingPacket } from '../ring/incoming-packet.ts';
import { type IncomingRing, reachesPendingSize } from '../ring/incoming-ring.ts';
import type { Empty } from '../ring/outcome.ts';
import { receiveFast } from './fast-receive.ts';
import { NO_PACKET, receiveInOrder } from './receive-in-order.ts';
import { readInto } from './read-into.ts';

// As in fast-place.ts: compiled in, not looked up.
const fast = receiveFast;
const inOrder = receiveInOrder;
const noPacket = NO_PACKET;

/**
 * Reads the next packet into `into`, and its payload, padding included, into the beginning of `target`, and gives the room of it back to the writer,
 * with that of all that was read before: true if the writer is to be signalled; `Empty` (`null`) where there is no packet. The same as
 * {@link readInto} and then `commitRead`, in one call; where ring and `target` lie in the same memory for threads (`accelerateMemory`, `payloadMemory`), WebAssembly
 * does both at once. Where there is no packet, nothing is given back. Compare with `null`: false means that one came.
 *
 * The packet's place in the ring is the writer's again: what `into.payload`, `readGpaRanges` and `readTransferPageRanges` find there may be of another
 * one. For those take {@link readInto}, and `commitRead` after. How to wait where there is nothing, `IncomingRing` says.
 *
 * Throws as `readInto` does, and consumes nothing then. See {@link sendFrom} for an example.
 *
 * @example
 * ```ts
 * import { FlatRingMem, IncomingPacket, IncomingRing, receiveInto } from 'vmbus-ring';
 *
 * const ring = new IncomingRing(new FlatRingMem(4096));
 * receiveInto(ring, ring.incoming(), new IncomingPacket(), new Uint8Array(64)); // null: there is nothing
 * ```
 */
export function receiveInto(
  ring: IncomingRing,
  offset: IncomingOffset,
  into: IncomingPacket,
  target: Uint8Array,
): boolean | Empty {
  const { inner } = ring;
  const oldOut = offset.committedOut;
  let pending = fast(inner, offset, into, target);
  if (pending < 0) pending = inOrder(inner, offset, into, target);
  if (pending === 0) return false;
  if (pending === noPacket) return null;
  if (pending < 0) return readInto(ring, offset, into, target) === null ? null : ring.commitRead(offset);
  return reachesPendingSize(inner, pending, oldOut, offset.committedOut);
}
