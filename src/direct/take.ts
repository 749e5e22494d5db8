import type { IncomingOffset } from '../ring/incoming-offset.ts';
import type { IncomingPacket, PacketWords } from '../ring/incoming-packet.ts';
import type { IncomingRing } from '../ring/incoming-ring.ts';
import { NOTHING, READ, takeFast } from './fast-read.ts';

// As in fast-read.ts: compiled in, not looked up.
const fast = takeFast;
const read = READ;
const nothing = NOTHING;

/** As `ring.read(offset, into)`, and faster: true if a packet was read, false if there is none. */
export function take(ring: IncomingRing, offset: IncomingOffset, into: PacketWords): boolean {
  const outcome = fast(ring.inner, offset, into);
  if (outcome === read) return true;
  return outcome !== nothing && ring.read(offset, into as IncomingPacket) !== null;
}
