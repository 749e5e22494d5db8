import type { RingRangeReader } from '../ring/range-reader.ts';
import { PIPE_PACKET_TYPE_DATA, PipeHeader } from '../wire/pipe-header.ts';
import { ChannelError } from './channel-error.ts';
import type { PacketRef } from './packet-ref.ts';
import { payloadSize } from './queue-packet.ts';

/** How payloads lie in packets: as they are (`raw`), or behind a pipe header, so that their exact length survives the padding. */
export class RequestFraming {
  readonly #raw: boolean;

  constructor(raw: boolean) {
    this.#raw = raw;
  }

  /** The pieces that a payload is sent in. Throws a `TypeError` where it is none. */
  frame(payload: Uint8Array | readonly Uint8Array[]): readonly Uint8Array[] {
    const size = payloadSize(payload);
    const pieces = payload instanceof Uint8Array ? [payload] : payload;
    return this.#raw ? [...pieces] : [new PipeHeader(PIPE_PACKET_TYPE_DATA, size).toBytes(), ...pieces];
  }

  /**
   * A copy of the payload. Throws a `ChannelError` with code `UnexpectedPacket` where there is no pipe header, or it says more
   * than there is. The header is copied once, then checked: the peer can change it meanwhile.
   */
  payloadOf(packet: PacketRef): Uint8Array<ArrayBuffer> {
    const reader = packet.reader();
    return this.#raw ? reader.readAll() : readFramed(reader);
  }
}

function readFramed(reader: RingRangeReader): Uint8Array<ArrayBuffer> {
  const available = reader.length - PipeHeader.SIZE;
  if (available < 0) throw new ChannelError('UnexpectedPacket', `${reader.length} bytes hold no pipe header`);
  const bytes = new Uint8Array(PipeHeader.SIZE);
  reader.read(bytes);
  const { packetType, len } = PipeHeader.fromBytes(bytes);
  if (packetType !== PIPE_PACKET_TYPE_DATA) {
    throw new ChannelError('UnexpectedPacket', `pipe packet type ${packetType}`);
  }
  if (len > available) {
    throw new ChannelError('UnexpectedPacket', `the pipe header says ${len} bytes, there are ${available}`);
  }
  const payload = new Uint8Array(len);
  reader.read(payload);
  return payload;
}
