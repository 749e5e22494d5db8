import { ChannelError } from '../channel/channel-error.ts';
import type { Channel } from '../channel/channel.ts';
import type { ReadHalf } from '../channel/read-half.ts';
import type { IncomingOffset } from '../ring/incoming-offset.ts';
import { IncomingPacket } from '../ring/incoming-packet.ts';
import type { InnerRing } from '../ring/inner-ring.ts';
import { ringAdvance } from '../ring/pointers.ts';
import { FOOTER_SIZE, PACKET_TYPE_IN_BAND } from '../wire/descriptor.ts';
import { PIPE_PACKET_TYPE_DATA, PipeHeader } from '../wire/pipe-header.ts';
import { type Framing, payloadLimit } from './framing.ts';

/**
 * The packets of a pipe as they come in: one at a time, its headers read once and checked, and kept here, where the peer
 * cannot change them. Nothing is allocated for a packet.
 */
export class IncomingFrames {
  /** Bytes of the largest payload that is taken. */
  readonly limit: number;

  /** Ring offset of the payload of the packet that was taken last. */
  at = 0;

  /** Bytes of that payload, without padding. */
  length = 0;

  readonly #channel: Channel;
  readonly #reader: ReadHalf;
  readonly #framed: boolean;
  readonly #inner: InnerRing;
  readonly #offset: IncomingOffset;
  /** The one that all are read into. */
  readonly #packet = new IncomingPacket();
  #packetAt = 0;
  #packetBytes = 0;

  constructor(channel: Channel, reader: ReadHalf, framing: Framing) {
    this.#channel = channel;
    this.#reader = reader;
    this.#framed = framing.framed;
    this.#inner = channel.incoming.inner;
    this.#offset = channel.readOffset;
    this.limit = payloadLimit(framing, this.#inner.size);
  }

  /**
   * Takes the next packet: true. False where there is none now. One that does not belong in a pipe closes the channel: it is
   * thrown what is wrong with it, and it stays in the ring. Throws where there is none and the peer is gone.
   */
  next(): boolean {
    return this.#reader.take(this.#packet) && this.#accept(this.#packet);
  }

  /** The same, whether the peer is gone or not. */
  nextNow(): boolean {
    return this.#reader.takeNow(this.#packet) && this.#accept(this.#packet);
  }

  /** The packet that was taken last is not read yet: it is there for the next one, and `commit` leaves it alone. */
  putBack(): void {
    this.#offset.nextOut = this.#packetAt;
  }

  /** It is read now, after `putBack`. */
  consume(): void {
    this.#offset.nextOut = ringAdvance(this.#inner.size, this.#packetAt, this.#packetBytes);
  }

  /** `position` bytes of the packet that was taken last were read before, and not all: else the channel is closed. */
  checkPosition(position: number): void {
    const { length } = this;
    if (position >= length) throw this.#fail(this.#packetAt, `${length} bytes, of which ${position} were read before`);
  }

  #accept(packet: IncomingPacket): true {
    const { offset, size, payloadLength } = packet;
    if (packet.packetType !== PACKET_TYPE_IN_BAND) throw this.#refuse(packet, `type ${packet.packetType}`);
    const start = offset + size - FOOTER_SIZE - payloadLength;
    if (this.#framed) {
      if (payloadLength < PipeHeader.SIZE) throw this.#refuse(packet, 'no pipe header');
      const words = this.#inner.stageUnit(start);
      const length = words[1]! >>> 0;
      if (words[0] !== PIPE_PACKET_TYPE_DATA) throw this.#refuse(packet, `pipe type ${words[0]! >>> 0}`);
      if (length > payloadLength - PipeHeader.SIZE || length > this.limit) {
        throw this.#refuse(packet, `${length} bytes in a payload of ${payloadLength}, at most ${this.limit}`);
      }
      this.at = start + PipeHeader.SIZE;
      this.length = length;
    } else {
      this.at = start;
      this.length = payloadLength;
    }
    this.#packetAt = offset;
    this.#packetBytes = size;
    return true;
  }

  /**
   * Copies `length` bytes of the payload, from byte `from` on, to `target` from byte `start` on. The caller has checked that
   * they are there, and that they fit. No subarray is made where they lie in one piece.
   */
  copy(from: number, target: Uint8Array, start: number, length: number): void {
    if (length === 0) return;
    const offset = this.at + from;
    const { window } = this.#inner;
    const word = window === null ? -1 : window.locate(offset, length);
    try {
      if (window === null || word < 0) {
        this.#inner.read(offset, target.subarray(start, start + length));
        return;
      }
      window.target.see(target);
      window.control.checkAlive();
      window.copyOut(word, offset, start, length);
    } catch (error) {
      throw this.#channel.failUnlessGone(error);
    }
  }

  /** All of the payload, in a new array. */
  copyAll(): Uint8Array<ArrayBuffer> {
    const { at, length } = this;
    if (length === 0) return new Uint8Array(0);
    const { window } = this.#inner;
    const word = window === null ? -1 : window.locate(at, length);
    try {
      if (window === null || word < 0) {
        const bytes = new Uint8Array(length);
        this.#inner.read(at, bytes);
        return bytes;
      }
      window.control.checkAlive();
      // Faster than to make an array and then to fill it, whatever the length.
      const start = word * 4 + (at & 3);
      return window.u8.slice(start, start + length);
    } catch (error) {
      throw this.#channel.failUnlessGone(error);
    }
  }

  #refuse(packet: IncomingPacket, detail: string): Error {
    return this.#fail(packet.offset, detail);
  }

  #fail(packetAt: number, detail: string): Error {
    this.#offset.nextOut = packetAt;
    return this.#channel.fail(new ChannelError('UnexpectedPacket', `${detail}, at ring offset ${packetAt}`));
  }
}
