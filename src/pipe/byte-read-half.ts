import type { Channel } from '../channel/channel.ts';
import { takeTurn } from '../channel/event-loop-turn.ts';
import { ReadHalf } from '../channel/read-half.ts';
import type { WaitOptions } from '../channel/wait-options.ts';
import { byteReadable } from './byte-streams.ts';
import { BYTE_FRAMING, checkedBytes } from './framing.ts';
import { IncomingFrames } from './incoming-frames.ts';

/** An iteration that always finds bytes still lets the event loop have a turn after this many chunks. */
const CHUNKS_A_TURN = 64;

/** Bytes of the chunks of an iteration, at most. */
const CHUNK_BYTES = 16384;

/**
 * The reading half of a `BytePipe`. One reader at a time: while an asynchronous read is pending, all others throw a `TypeError`.
 *
 * How far a packet was read is kept here, and never in the ring, where the peer could change it. A packet's room goes back to the
 * writer as soon as all of it is read. The end of the stream is a packet of its own, which is taken by the read that returns 0.
 *
 * A peer that closes its end, or dies, without having ended the stream has cut it off: once all that was written is read, reads
 * throw a `ChannelError` with code `PeerClosed` or `PeerDied`. `Closed` where this end is closed; `UnexpectedPacket`, and the
 * channel is closed, where the peer sends what does not belong in a pipe; a `VmbusRingError`, likewise, where the ring is corrupt.
 *
 * Source: OpenVMM `vmbus_async::pipe::ByteReadHalf`; there, the position lies in the ring.
 *
 * @example
 * ```ts
 * import { connectedBytePipes } from 'vmbus-ring';
 *
 * const [local, remote] = connectedBytePipes({ ringBytes: 4096 });
 * const { reader } = remote.split();
 * await local.write(Uint8Array.of(1, 2, 3));
 * await local.end();
 *
 * const buffer = new Uint8Array(2);
 * await reader.read(buffer); // 2
 * await reader.read(buffer); // 1
 * await reader.read(buffer); // 0: the end, now and ever after
 * ```
 */
export class ByteReadHalf {
  readonly #channel: Channel;
  readonly #reader: ReadHalf;
  readonly #frames: IncomingFrames;

  /** Whether the first packet in the ring is known. */
  #isPartial = false;
  /** How much of it was read. Before it is known, that is what was saved. */
  #position: number;

  #ended: boolean;
  #readable: ReadableStream<Uint8Array<ArrayBuffer>> | null = null;

  /** Made by `BytePipe`. */
  constructor(channel: Channel, position = 0, ended = false) {
    this.#channel = channel;
    this.#position = position;
    this.#ended = ended;
    this.#reader = new ReadHalf(channel);
    this.#frames = new IncomingFrames(channel, this.#reader, BYTE_FRAMING);
  }

  /** Whether the end of the stream was read. */
  get isEnded(): boolean {
    return this.#ended;
  }

  /** Bytes of the first packet in the ring that were read already. */
  get partialBytes(): number {
    return this.#position;
  }

  /** Reads 1 to `target.length` bytes, 0 at the end of the stream, or `null` where there is nothing now. */
  tryRead(target: Uint8Array): number | null {
    checkTarget(target);
    if (this.#ended) return 0;
    this.#reader.begin();
    return this.#fill(target) ?? null;
  }

  /**
   * Reads 1 to `target.length` bytes, as soon as there are any; 0 at the end of the stream. Leave `target` alone until then.
   * Throws a `RangeError` where `target` is empty: 0 would look like the end.
   */
  read(target: Uint8Array, options: WaitOptions = {}): Promise<number> {
    try {
      checkTarget(target);
    } catch (error) {
      return Promise.reject(error);
    }
    if (this.#ended) return Promise.resolve(0);
    return this.#reader.wait(options, () => this.#fill(target));
  }

  /**
   * The same, blocking the thread. Throws a `ChannelError` with code `TimedOut` after `timeoutMs`, and a `TypeError` where the
   * thread must not block.
   */
  readSync(target: Uint8Array, timeoutMs: number = Number.POSITIVE_INFINITY): number {
    checkTarget(target);
    return this.#ended ? 0 : this.#reader.waitSync(timeoutMs, () => this.#fill(target));
  }

  /** All bytes up to the end of the stream, in chunks as they come. Leaving the loop closes nothing and loses nothing. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
    const buffer = new Uint8Array(CHUNK_BYTES);
    let chunks = 0;
    let length: number;
    do {
      length = this.tryRead(buffer) ?? (await this.read(buffer));
      if (length > 0) yield buffer.slice(0, length);
      if (++chunks % CHUNKS_A_TURN === 0) await takeTurn();
    } while (length > 0);
  }

  /**
   * The bytes as a web stream of type `bytes`, made when it is first asked for; readers may bring their own buffer. Bytes leave
   * the ring only when somebody asks for them, so that back-pressure reaches the writer. It closes at the end of the stream, and
   * errors as `read` throws. Cancelling it closes the channel: nobody would read what the peer writes. Who wants to go on writing
   * iterates with `preventCancel`, or reads to the end.
   */
  get readable(): ReadableStream<Uint8Array<ArrayBuffer>> {
    this.#readable ??= byteReadable(this.#channel, this);
    return this.#readable;
  }

  /** What can be read now, to `target`: how many bytes; 0 at the end of the stream; `undefined` where there is nothing. */
  #fill(target: Uint8Array): number | undefined {
    const frames = this.#frames;
    const wanted = target.length;
    // Taken away while somebody waited for it.
    if (wanted === 0) throw emptyTarget();
    let total = 0;
    while (total < wanted && this.#findPacket(total > 0)) {
      const left = frames.length - this.#position;
      if (left === 0) {
        // The end is told by a read of its own, so that it is not lost between two.
        if (total > 0) break;
        this.#ended = true;
        this.#finishPacket();
        break;
      }
      const length = Math.min(left, wanted - total);
      frames.copy(this.#position, target, total, length);
      total += length;
      this.#position += length;
      if (length === left) this.#finishPacket();
    }
    this.#reader.commit();
    return total > 0 || this.#ended ? total : undefined;
  }

  /** Whether there is a packet to read from. Where there are bytes to return, a peer that is gone is for the next read. */
  #findPacket(hasBytes: boolean): boolean {
    if (this.#isPartial) return true;
    if (!(hasBytes ? this.#frames.nextNow() : this.#frames.next())) return false;
    // Until all of it is read, no commit gives it back.
    this.#frames.putBack();
    // Where the pipe was restored, the peer may have changed the packet meanwhile.
    if (this.#position !== 0) this.#frames.checkPosition(this.#position);
    this.#isPartial = true;
    return true;
  }

  #finishPacket(): void {
    this.#frames.consume();
    this.#isPartial = false;
    this.#position = 0;
  }
}

function checkTarget(target: Uint8Array): void {
  if (checkedBytes(target).length === 0) throw emptyTarget();
}

function emptyTarget(): RangeError {
  return new RangeError('there is no room in an empty target');
}
