import { headerSize } from '../ring/outgoing-header.ts';
import { OutgoingPacketType } from '../ring/outgoing-packet.ts';
import { FOOTER_SIZE } from '../wire/descriptor.ts';

/** A packet to be sent, with its payload. Source: OpenVMM `vmbus_async::queue::OutgoingPacket`. */
export interface QueuePacket {
  /** The payload, in one piece or several. The peer sees zeros behind it, up to the next multiple of 8 bytes. Empty if left out. */
  readonly payload?: Uint8Array | readonly Uint8Array[] | undefined;
  /** 0 to 2^64 - 1; of packets that ask for a completion, and of completions. 0 if left out. */
  readonly transactionId?: bigint | number | undefined;
  /** The kind of packet, with its ranges. `InBandNoCompletion` if left out. */
  readonly typ?: OutgoingPacketType | undefined;
}

/** A packet to be sent: or only its payload, where it is a plain in-band packet that nobody answers. */
export type Sendable = Uint8Array | QueuePacket;

/** The kind that a packet is if it does not say. */
export const DEFAULT_TYPE: OutgoingPacketType = OutgoingPacketType.InBandNoCompletion;

/** Throws unless `packet` is one: bytes of another kind would be taken for a packet that has none. */
export function checkPacket(packet: QueuePacket): void {
  if (typeof packet === 'object' && packet !== null && !('byteLength' in packet) && !('length' in packet)) return;
  throw new TypeError('a packet is a Uint8Array, its payload, or an object with its payload, transactionId and typ');
}

/** Bytes of the payload. */
export function payloadSize(payload: Uint8Array | readonly Uint8Array[] | undefined): number {
  if (payload === undefined) return 0;
  if (payload instanceof Uint8Array) return payload.length;
  if (!Array.isArray(payload)) throw new TypeError('a payload is a Uint8Array, or an array of them');
  let size = 0;
  for (const piece of payload as readonly unknown[]) {
    if (!(piece instanceof Uint8Array)) throw new TypeError('a payload is a Uint8Array, or an array of them');
    size += piece.length;
  }
  return size;
}

/**
 * Bytes that a packet takes on the ring, footer included: what to give to `canWrite` and `waitReady`.
 *
 * @example
 * ```ts
 * import { packetSize, PagedRange, OutgoingPacketType } from 'vmbus-ring';
 *
 * packetSize(Uint8Array.of(1, 2, 3)); // 32: descriptor 16, payload 8, footer 8
 * packetSize({ typ: OutgoingPacketType.GpaDirect([PagedRange.of(0, 8192, [7n, 3n])]) }); // 56
 * ```
 */
export function packetSize(packet: Sendable): number {
  const bare = packet instanceof Uint8Array;
  if (!bare) checkPacket(packet);
  const size = bare ? packet.length : payloadSize(packet.payload);
  return headerSize(bare ? DEFAULT_TYPE : (packet.typ ?? DEFAULT_TYPE)) + Math.ceil(size / 8) * 8 + FOOTER_SIZE;
}
