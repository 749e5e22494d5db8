import type { Channel } from '../channel/channel.ts';
import type { WriteHalf } from '../channel/write-half.ts';
import type { InnerRing } from '../ring/inner-ring.ts';
import { Full } from '../ring/outcome.ts';
import type { OutgoingOffset } from '../ring/outgoing-offset.ts';
import { OutgoingPacketType } from '../ring/outgoing-packet.ts';
import { PIPE_PACKET_TYPE_DATA, PipeHeader } from '../wire/pipe-header.ts';
import { type Framing, payloadLimit } from './framing.ts';

/** Payloads of a pipe on their way into the ring, framed as the pipe says. Nothing is allocated but what the ring makes. */
export class OutgoingFrames {
  /** Whether a pipe header comes before each payload. */
  readonly framed: boolean;

  /** Bytes of the largest payload. */
  readonly limit: number;

  readonly #channel: Channel;
  readonly #writer: WriteHalf;
  readonly #inner: InnerRing;
  readonly #offset: OutgoingOffset;
  /** The one packet that the ring is told of, again and again. */
  readonly #packet = { transactionId: 0, size: 0, typ: OutgoingPacketType.InBandNoCompletion };

  constructor(channel: Channel, writer: WriteHalf, framing: Framing) {
    this.#channel = channel;
    this.#writer = writer;
    this.framed = framing.framed;
    this.#inner = channel.outgoing.inner;
    this.#offset = channel.writeOffset;
    this.limit = payloadLimit(framing, this.#inner.size);
  }

  /**
   * Writes a packet with these `length` bytes, and does not publish it. False where there is no room. The caller has checked
   * that it is his turn, and that the pieces are Uint8Arrays and have `length` bytes together.
   */
  put(payload: Uint8Array | readonly Uint8Array[], length: number): boolean {
    const offset = this.#offset;
    const before = offset.nextIn;
    const packet = this.#packet;
    packet.size = this.framed ? length + PipeHeader.SIZE : length;
    try {
      const range = this.#channel.outgoing.write(offset, packet);
      if (range instanceof Full) return false;
      let at = range.offset;
      if (this.framed) {
        this.#inner.putUnit(at, PIPE_PACKET_TYPE_DATA, length);
        at += PipeHeader.SIZE;
      }
      if (!Array.isArray(payload)) {
        if (length !== 0) this.#inner.write(at, payload as Uint8Array, length);
      } else {
        this.#writePieces(payload as readonly Uint8Array[], at, at + length);
      }
    } catch (error) {
      // What was not finished was never there.
      offset.nextIn = before;
      throw this.#channel.failUnlessGone(error);
    }
    this.#writer.countPut();
    return true;
  }

  #writePieces(pieces: readonly Uint8Array[], start: number, end: number): void {
    let at = start;
    for (const piece of pieces) {
      // One that grows while it is written, in memory that others share, must not run into what lies behind.
      if (piece.length > end - at) throw new RangeError('a piece of the message grew while it was written');
      if (piece.length !== 0) this.#inner.write(at, piece);
      at += piece.length;
    }
  }
}
