import type { GuestMemory } from '../../gpa/guest-memory.ts';
import { IncomingRing } from '../../ring/incoming-ring.ts';
import { OutgoingRing } from '../../ring/outgoing-ring.ts';
import { Doorbell, type Side } from './doorbell.ts';
import { Endpoint } from './endpoint.ts';
import { type Channel, openRing } from './machine.ts';

/** How long one sleep may last before the sleeper looks by itself, which it never should have to. */
export const SLEEP_TIMEOUT_MS = 2000;

/** Opens one side's ends of both rings, and its side of the doorbell. */
export function openEndpoint(channel: Channel, memory: GuestMemory, side: Side, timeoutMs: number): Endpoint {
  const read = side === 'guest' ? channel.toGuest : channel.toHost;
  const written = side === 'guest' ? channel.toHost : channel.toGuest;
  const incoming = new IncomingRing(openRing(memory, read));
  const outgoing = new OutgoingRing(openRing(memory, written));
  return new Endpoint(incoming, outgoing, new Doorbell(channel.doorbell, side), timeoutMs);
}
