import { checkBytes } from '../memory/byte-arrays.ts';
import { payloadStartIn } from '../wire/descriptor-words.ts';
import type { IncomingOffset } from '../ring/incoming-offset.ts';
import type { IncomingPacket } from '../ring/incoming-packet.ts';
import type { IncomingRing } from '../ring/incoming-ring.ts';
import type { Empty } from '../ring/outcome.ts';
import { NOTHING, READ, readFast } from './fast-read.ts';

// As in fast-read.ts: compiled in, not looked up.
const fast = readFast;
const read = READ;
const nothing = NOTHING;

/**
 * Reads the next packet into `into`, and its payload, padding included, into the beginning of `target`; returns `into`, or `Empty`
 * (`null`). The same as `ring.read(offset, into)`, and then its payload's reader, but faster: no object is made. It is at its
 * best where `target` is the same array each time.
 *
 * Throws a `RangeError`, and consumes nothing, where the payload does not fit: `into` then says what that packet is, so that you know how
 * much room it needs. Else as `IncomingRing.read`. See {@link writeFrom} for an
 * example.
 *
 * @example
 * ```ts
 * import { FlatRingMem, IncomingPacket, IncomingRing, readInto } from 'vmbus-ring';
 *
 * const ring = new IncomingRing(new FlatRingMem(4096));
 * readInto(ring, ring.incoming(), new IncomingPacket(), new Uint8Array(64)); // null: there is nothing
 * ```
 */
export function readInto(
  ring: IncomingRing,
  offset: IncomingOffset,
  into: IncomingPacket,
  target: Uint8Array,
): IncomingPacket | Empty {
  const outcome = fast(ring.inner, offset, into, target);
  if (outcome === read) return into;
  return outcome === nothing ? null : readInTwoSteps(ring, offset, into, target);
}

function readInTwoSteps(
  ring: IncomingRing,
  offset: IncomingOffset,
  into: IncomingPacket,
  target: Uint8Array,
): IncomingPacket | Empty {
  checkBytes(target);
  const before = offset.nextOut;
  if (ring.read(offset, into) === null) return null;
  try {
    const length = into.payloadLength;
    if (length > target.length) throw new RangeError(`the payload has ${length} bytes, the target ${target.length}`);
    ring.inner.read(into.offset + payloadStartIn(into.word0), target, length);
  } catch (error) {
    offset.nextOut = before;
    throw error;
  }
  return into;
}
