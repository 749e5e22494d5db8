import { ChannelError } from '../channel/channel-error.ts';
import type { Channel } from '../channel/channel.ts';
import { checkWait, type WaitOptions } from '../channel/wait-options.ts';
import { WriteHalf } from '../channel/write-half.ts';
import { byteWritable } from './byte-streams.ts';
import { waitEmpty, waitEmptySync } from './empty-wait.ts';
import { BYTE_FRAMING, checkedBytes, framedSize } from './framing.ts';
import { isGonePeerError } from './gone-peer.ts';
import { OutgoingFrames } from './outgoing-frames.ts';

/** Bytes of payload of one packet: small enough that the reader frees room as it reads. */
const CHUNK_BYTES = 2048;

/** What is published at once, at most, so that the reader need not wait for all of a long write. */
const PACKETS_A_COMMIT = 16;

const NOTHING = new Uint8Array(0);

const DONE: Promise<void> = Promise.resolve();

/**
 * The writing half of a `BytePipe`. Any number of asynchronous writes may be pending, up to 1024: their bytes go out in the order
 * in which they were asked for, and never mix. A pending write holds on to the caller's bytes: leave them alone until it is done.
 *
 * Bytes are published as room comes free. A write that is aborted, or whose time is over, rejects, and what it has published
 * by then stays sent: how much that was, nobody can say who needs it to be exact, so end or close the pipe then. Whoever wants
 * to know uses `tryWrite`.
 *
 * All operations throw a `ChannelError`: with code `WriteAfterEnd` once the stream is ended, `PeerClosed` or `PeerDied` once the
 * peer is gone, `Closed` once this end is closed; and the `VmbusRingError` if the ring is corrupt, which closes the channel.
 *
 * Source: OpenVMM `vmbus_async::pipe::ByteWriteHalf`.
 *
 * @example
 * ```ts
 * import { connectedBytePipes } from 'vmbus-ring';
 *
 * const [local, remote] = connectedBytePipes({ ringBytes: 4096 });
 * const { writer } = local.split();
 * const pending = writer.write(new Uint8Array(10_000)); // more than the ring holds
 * writer.tryWrite(Uint8Array.of(1)); // 0: others wait for room
 * const ended = writer.end();
 *
 * let total = 0;
 * for await (const chunk of remote) total += chunk.length;
 * total; // 10000
 * await Promise.all([pending, ended]);
 * ```
 */
export class ByteWriteHalf {
  readonly #channel: Channel;
  readonly #writer: WriteHalf;
  readonly #frames: OutgoingFrames;
  readonly #chunkBytes: number;
  /** The end that is on its way, or was sent. */
  #ended: Promise<void> | null = null;
  /** Whether it was sent, or the peer is gone. */
  #isEndDone: boolean;
  #writable: WritableStream<Uint8Array> | null = null;

  /** Made by `BytePipe`. */
  constructor(channel: Channel, ended = false) {
    this.#channel = channel;
    this.#isEndDone = ended;
    if (ended) this.#ended = DONE;
    this.#writer = new WriteHalf(channel);
    this.#frames = new OutgoingFrames(channel, this.#writer, BYTE_FRAMING);
    // Two packets have to fit, or the two sides would take turns.
    const half = ((this.#writer.capacity >> 1) & ~7) - framedSize(this.#frames, 0);
    this.#chunkBytes = Math.min(CHUNK_BYTES, half);
  }

  /** Whether the stream was ended, or is about to be. */
  get isEnded(): boolean {
    return this.#ended !== null;
  }

  /** Whether the end is in the ring, or nobody is there to read it. @internal */
  get isEndDone(): boolean {
    return this.#isEndDone;
  }

  /** Writes and publishes as many of the bytes as there is room for now; returns how many. 0 where others wait for room. */
  tryWrite(bytes: Uint8Array): number {
    checkedBytes(bytes);
    this.#begin();
    return this.#writer.isRoomFree ? this.#putFrom(bytes, 0) : 0;
  }

  /** Writes all of the bytes. Nothing is sent for none: that would be the end of the stream. */
  write(bytes: Uint8Array, options: WaitOptions = {}): Promise<void> {
    try {
      checkedBytes(bytes);
      this.#begin();
      checkWait(options);
      if (bytes.length === 0) return Promise.resolve();
      const progress = this.#progress(bytes);
      return this.#writer.wait(progress.next, options, progress.put);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * The same, blocking the thread. Throws a `ChannelError` with code `TimedOut` after `timeoutMs`, and a `TypeError` where the
   * thread must not block.
   */
  writeSync(bytes: Uint8Array, timeoutMs: number = Number.POSITIVE_INFINITY): void {
    checkedBytes(bytes);
    this.#begin();
    if (bytes.length === 0) return;
    const progress = this.#progress(bytes);
    this.#writer.waitSync(progress.next, timeoutMs, progress.put);
  }

  /**
   * Ends the stream, after all that is still to be written: the peer reads 0 bytes, and nothing can be written any more. Once
   * is enough: a second call waits for the first. A peer that is gone reads no more, so that is a success. One that is aborted, or
   * whose time is over, has ended nothing.
   */
  end(options: WaitOptions = {}): Promise<void> {
    this.#ended ??= this.#writer
      .wait(
        () => this.#endBytes(),
        options,
        () => this.#putEnd(),
      )
      .catch((error: unknown) => this.#endFailed(error));
    return this.#ended;
  }

  /** The same, blocking the thread, for an `end` that is pending as well; throws as `writeSync`. */
  endSync(timeoutMs: number = Number.POSITIVE_INFINITY): void {
    if (this.#isEndDone) return;
    try {
      // Behind an `end` that is pending: when its turn comes, there is nothing left to do.
      this.#writer.waitSync(
        () => this.#endBytes(),
        timeoutMs,
        () => this.#putEnd(),
      );
    } catch (error) {
      if (!isGonePeerError(error)) throw error;
      this.#isEndDone = true;
    }
    this.#ended ??= DONE;
  }

  /**
   * Waits until the peer has read everything that was written. That it is gone by then is no error: a `ChannelError` with code `PeerClosed`
   * or `PeerDied` says that something is left unread.
   */
  waitEmpty(options: WaitOptions = {}): Promise<void> {
    return waitEmpty(this.#writer, options);
  }

  /** The same, blocking the thread; throws as `writeSync`. */
  waitEmptySync(timeoutMs: number = Number.POSITIVE_INFINITY): void {
    waitEmptySync(this.#writer, timeoutMs);
  }

  /**
   * A web stream that writes to the pipe, made when it is first asked for. A chunk (any view or `ArrayBuffer`) counts as written
   * when its last byte lies in the ring. Closing it ends the stream; aborting it closes the channel, which the peer sees as an
   * error.
   */
  get writable(): WritableStream<Uint8Array> {
    this.#writable ??= byteWritable(this.#channel, this);
    return this.#writable;
  }

  #begin(): void {
    if (this.#ended !== null) throw new ChannelError('WriteAfterEnd');
    this.#writer.begin();
  }

  /** How a long write goes on: what room it needs next, and the writing itself, which says whether all is done. */
  #progress(bytes: Uint8Array): { readonly next: () => number; readonly put: () => boolean } {
    const { length } = bytes;
    let done = 0;
    return {
      next: () => framedSize(this.#frames, Math.min(length - done, this.#chunkBytes)),
      put: () => {
        if (bytes.length !== length) throw new TypeError('the bytes changed their number while they waited');
        done += this.#putFrom(bytes, done);
        return done === length;
      },
    };
  }

  /** Writes and publishes what there is room for, from byte `start` on; returns how many bytes that were. */
  #putFrom(bytes: Uint8Array, start: number): number {
    const { length } = bytes;
    let at = start;
    // No more at once than the ring holds, however fast it is read: then it is seen that there was progress.
    let room = this.#writer.capacity;
    try {
      for (let packets = 1; at < length; packets++) {
        const end = Math.min(at + this.#chunkBytes, length);
        const chunk = at === 0 && end === length ? bytes : bytes.subarray(at, end);
        room -= framedSize(this.#frames, end - at);
        if (room < 0 || !this.#frames.put(chunk, end - at)) break;
        at = end;
        if (packets % PACKETS_A_COMMIT === 0) this.#writer.commit();
      }
    } finally {
      this.#writer.commit();
    }
    return at - start;
  }

  /** Room for the end, while it has to be sent. */
  #endBytes(): number {
    return this.#isEndDone ? 0 : framedSize(this.#frames, 0);
  }

  #putEnd(): boolean {
    this.#isEndDone ||= this.#frames.put(NOTHING, 0);
    return this.#isEndDone;
  }

  #endFailed(error: unknown): void {
    this.#isEndDone ||= isGonePeerError(error);
    // Somebody else may have sent it meanwhile, who blocked.
    this.#ended = this.#isEndDone ? DONE : null;
    if (!isGonePeerError(error)) throw error;
  }
}
