import { type Channel, claimChannel } from '../channel/channel.ts';
import type { ChannelInspection } from '../channel/channel-inspection.ts';
import type { WaitOptions } from '../channel/wait-options.ts';
import { ByteReadHalf } from './byte-read-half.ts';
import { ByteWriteHalf } from './byte-write-half.ts';
import { BYTE_FRAMING, payloadLimit } from './framing.ts';
import { restoredStreams, type SavedByteStreams } from './saved-pipe.ts';

/** What `BytePipe.inspect` tells: that of the channel, and where the two streams are. */
export interface BytePipeInspection extends ChannelInspection {
  /** Bytes of the first packet in the incoming ring that were read already. */
  readonly partialBytes: number;
  /** Whether the end of the incoming stream was read. */
  readonly readEnded: boolean;
  /** Whether the outgoing stream was ended, or is about to be. */
  readonly writeEnded: boolean;
}

/**
 * A stream of bytes through a channel, each way, with an end that the reader can tell from a peer that is gone. What each method
 * does, {@link ByteReadHalf} and {@link ByteWriteHalf} say; a pipe has them all.
 *
 * End the stream before you close the pipe: else the peer has to take it for cut off.
 *
 * Source: OpenVMM `vmbus_async::pipe::BytePipe`.
 *
 * @example
 * ```ts
 * import { connectedBytePipes } from 'vmbus-ring';
 *
 * const [local, remote] = connectedBytePipes({ ringBytes: 65536 });
 * const text = new Response(remote.readable).text();
 * for (const line of ['hello, ', 'ring']) await local.write(new TextEncoder().encode(line));
 * await local.end();
 * await text; // 'hello, ring'
 *
 * // The other way, and packed: the pipe's two streams go where web streams go.
 * const packed = new Blob(['hello']).stream().pipeThrough(new CompressionStream('gzip'));
 * const written = packed.pipeTo(remote.writable);
 * const unpacked = local.readable.pipeThrough(new DecompressionStream('gzip'));
 * await new Response(unpacked).text(); // 'hello'
 * await written;
 * ```
 */
export class BytePipe {
  /** The channel's end that the pipe uses. */
  readonly channel: Channel;
  /** The half that reads. */
  readonly reader: ByteReadHalf;
  /** The half that writes. */
  readonly writer: ByteWriteHalf;

  /**
   * Takes `channel` for itself. Where it was restored, the streams go on where they were, within a packet as well. Throws a `TypeError`
   * where another one has it, a `ChannelError` where it is closed, and a `TypeError` or a `RangeError` where what was saved is nonsense.
   */
  constructor(channel: Channel) {
    claimChannel(channel, 'BytePipe');
    this.channel = channel;
    const limit = payloadLimit(BYTE_FRAMING, channel.incoming.inner.size);
    const { position, readEnded, writeEnded } = restoredStreams(channel.restored, limit);
    this.reader = new ByteReadHalf(channel, position, readEnded);
    this.writer = new ByteWriteHalf(channel, writeEnded);
    channel.saving = { saveState: () => this.#saveState() };
  }

  /** The two halves, which run independently of each other. */
  split(): { readonly reader: ByteReadHalf; readonly writer: ByteWriteHalf } {
    return { reader: this.reader, writer: this.writer };
  }

  /** See {@link ByteReadHalf.tryRead}. */
  tryRead(target: Uint8Array): number | null {
    return this.reader.tryRead(target);
  }

  /** See {@link ByteReadHalf.read}. */
  read(target: Uint8Array, options?: WaitOptions): Promise<number> {
    return this.reader.read(target, options);
  }

  /** See {@link ByteReadHalf.readSync}. */
  readSync(target: Uint8Array, timeoutMs?: number): number {
    return this.reader.readSync(target, timeoutMs);
  }

  /** See {@link ByteWriteHalf.tryWrite}. */
  tryWrite(bytes: Uint8Array): number {
    return this.writer.tryWrite(bytes);
  }

  /** See {@link ByteWriteHalf.write}. */
  write(bytes: Uint8Array, options?: WaitOptions): Promise<void> {
    return this.writer.write(bytes, options);
  }

  /** See {@link ByteWriteHalf.writeSync}. */
  writeSync(bytes: Uint8Array, timeoutMs?: number): void {
    this.writer.writeSync(bytes, timeoutMs);
  }

  /** See {@link ByteWriteHalf.end}. */
  end(options?: WaitOptions): Promise<void> {
    return this.writer.end(options);
  }

  /** See {@link ByteWriteHalf.endSync}. */
  endSync(timeoutMs?: number): void {
    this.writer.endSync(timeoutMs);
  }

  /** See {@link ByteWriteHalf.waitEmpty}. */
  waitEmpty(options?: WaitOptions): Promise<void> {
    return this.writer.waitEmpty(options);
  }

  /** See {@link ByteWriteHalf.waitEmptySync}. */
  waitEmptySync(timeoutMs?: number): void {
    this.writer.waitEmptySync(timeoutMs);
  }

  /** All bytes up to the end of the stream, in chunks as they come. */
  [Symbol.asyncIterator](): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
    return this.reader[Symbol.asyncIterator]();
  }

  /** See {@link ByteReadHalf.readable}. */
  get readable(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return this.reader.readable;
  }

  /** See {@link ByteWriteHalf.writable}. */
  get writable(): WritableStream<Uint8Array> {
    return this.writer.writable;
  }

  /** As {@link Channel.inspect}, and where the two streams are. */
  inspect(): BytePipeInspection {
    const { partialBytes, isEnded } = this.reader;
    return { ...this.channel.inspect(), partialBytes, readEnded: isEnded, writeEnded: this.writer.isEnded };
  }

  /** See {@link Channel.close}. What was written before can still be read; without `end`, an error follows. */
  close(): void {
    this.channel.close();
  }

  /** The same as `close`. */
  [Symbol.dispose](): void {
    this.channel.close();
  }

  #saveState(): SavedByteStreams {
    const { partialBytes, isEnded } = this.reader;
    return { position: partialBytes, readEnded: isEnded, writeEnded: this.writer.isEndDone };
  }
}
