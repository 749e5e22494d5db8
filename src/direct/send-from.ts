import type { Full } from '../ring/outcome.ts';
import type { OutgoingOffset } from '../ring/outgoing-offset.ts';
import type { OutgoingPacket } from '../ring/outgoing-packet.ts';
import type { OutgoingRing } from '../ring/outgoing-ring.ts';
import { sendFast } from './fast-send.ts';
import { sendElsewhere } from './send-elsewhere.ts';
import { writeFrom } from './write-from.ts';

// As in fast-place.ts: compiled in, not looked up.
const fast = sendFast;
const elsewhere = sendElsewhere;

/**
 * Writes the next packet with `payload` in it and publishes it, with all that was written before: true if the reader is to be signalled; `Full`,
 * and nothing published, where there is no room. The same as {@link writeFrom} and then `commitWrite`, in one call; where ring and
 * `payload` lie in the same memory for threads (`accelerateMemory`, `payloadMemory`), WebAssembly does both at once: the fastest way to send packets one by one. Ask for `instanceof Full`
 * first: it is as true as true. How to wait for room, `OutgoingRing` says. Packets with ranges gain nothing by it.
 *
 * Throws as the two do: then nothing was written or published.
 *
 * @example
 * ```ts
 * import { FlatRingMem, Full, IncomingPacket, IncomingRing, OutgoingPacketType, OutgoingRing, receiveInto, sendFrom } from 'vmbus-ring';
 *
 * const memory = new FlatRingMem(4096);
 * const [outgoing, incoming] = [new OutgoingRing(memory), new IncomingRing(memory)];
 * const [writes, reads] = [outgoing.outgoing(), incoming.incoming()];
 * const payload = new Uint8Array(16);
 * const packet = { transactionId: 1, size: 16, typ: OutgoingPacketType.InBandWithCompletion };
 *
 * const sent = sendFrom(outgoing, writes, packet, payload);
 * if (sent instanceof Full) throw new Error(`no room for ${sent.size} bytes`);
 * if (sent) console.log('signal the reader');
 *
 * const received = new IncomingPacket();
 * const target = new Uint8Array(2048);
 * receiveInto(incoming, reads, received, target); // false: received, and the writer does not wait for room
 * received.payloadLength; // 16
 * receiveInto(incoming, reads, received, target); // null: nothing there
 * ```
 */
export function sendFrom(
  ring: OutgoingRing,
  offset: OutgoingOffset,
  packet: OutgoingPacket,
  payload: Uint8Array,
): Full | boolean {
  const { inner } = ring;
  let signal = fast(inner, offset, packet, payload);
  if (signal < 0) signal = elsewhere(inner, offset, packet, payload);
  return signal < 0 ? sendInTwoSteps(ring, offset, packet, payload) : signal !== 0;
}

function sendInTwoSteps(
  ring: OutgoingRing,
  offset: OutgoingOffset,
  packet: OutgoingPacket,
  payload: Uint8Array,
): Full | boolean {
  const before = offset.nextIn;
  const full = writeFrom(ring, offset, packet, payload);
  if (full !== null) return full;
  try {
    return ring.commitWrite(offset);
  } catch (error) {
    offset.nextIn = before;
    throw error;
  }
}
