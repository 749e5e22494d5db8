import { type GuestMemory, IncomingRing, OutgoingRing } from '../../index.ts';
import { Doorbell, type Side } from './doorbell.ts';
import { Endpoint } from './endpoint.ts';
import { type Channel, openRing } from './machine.ts';

/**
 * How long one sleep may last before the sleeper looks by itself, which it never should have to: so long that a peer which
 * the machine stopped between its commit and its signal is not taken for one that did not signal.
 */
export const SLEEP_TIMEOUT_MS = 10_000;

/** Opens one side's ends of both rings, and its side of the doorbell. */
export function openEndpoint(channel: Channel, memory: GuestMemory, side: Side, timeoutMs: number): Endpoint {
  const read = side === 'guest' ? channel.hostToGuest : channel.guestToHost;
  const written = side === 'guest' ? channel.guestToHost : channel.hostToGuest;
  const incoming = new IncomingRing(openRing(memory, read));
  const outgoing = new OutgoingRing(openRing(memory, written));
  return new Endpoint(incoming, outgoing, new Doorbell(channel.doorbell, side), timeoutMs);
}
