import { Duplex, type DuplexOptions } from 'node:stream';
import type { BytePipe } from '../../pipe/byte-pipe.ts';

/** What a Node stream may be told that is made of a byte pipe: what Node means by it. It is always a stream of bytes. */
export type BytePipeDuplexOptions = Pick<
  DuplexOptions,
  | 'allowHalfOpen'
  | 'decodeStrings'
  | 'emitClose'
  | 'highWaterMark'
  | 'readableHighWaterMark'
  | 'signal'
  | 'writableHighWaterMark'
>;

type Callback = (error?: Error | null) => void;

/** The pipe's own reads and writes under Node's: nothing is buffered but what Node buffers, up to its high-water marks. */
class BytePipeDuplex extends Duplex {
  readonly #pipe: BytePipe;
  readonly #destroyed = new AbortController();
  #buffer: Uint8Array = new Uint8Array(0);

  constructor(pipe: BytePipe, options: BytePipeDuplexOptions) {
    super({ ...options, objectMode: false, autoDestroy: true });
    this.#pipe = pipe;
  }

  override _read(size: number): void {
    if (this.#buffer.length < size) this.#buffer = new Uint8Array(size);
    this.#readOnce().catch((error: Error) => this.destroy(error));
  }

  override _write(chunk: Uint8Array | string, encoding: BufferEncoding, finish: Callback): void {
    this.#finishWrite(this.#writeAll([{ chunk, encoding }]), finish);
  }

  override _writev(chunks: { chunk: Uint8Array | string; encoding: BufferEncoding }[], finish: Callback): void {
    this.#finishWrite(this.#writeAll(chunks), finish);
  }

  override _final(finish: Callback): void {
    this.#pipe.end({ signal: this.#destroyed.signal }).then(() => finish(), finish);
  }

  override _destroy(error: Error | null, callback: Callback): void {
    // What waits comes to its end.
    this.#destroyed.abort(error ?? undefined);
    this.#pipe.close();
    callback(error);
  }

  /** A write that destroying cut off has failed: a pipeline would else take what was sent for all. */
  #finishWrite(written: Promise<void>, finish: Callback): void {
    written.then(() => finish(), finish);
  }

  async #readOnce(): Promise<void> {
    const buffer = this.#buffer;
    const length = this.#pipe.tryRead(buffer) ?? (await this.#pipe.read(buffer, { signal: this.#destroyed.signal }));
    if (this.destroyed) return;
    // A copy: Node keeps what it is given, and the next read comes to the same buffer.
    this.push(length === 0 ? null : Buffer.from(buffer.subarray(0, length)));
  }

  async #writeAll(chunks: readonly { chunk: Uint8Array | string; encoding: BufferEncoding }[]): Promise<void> {
    const options = { signal: this.#destroyed.signal };
    for (const { chunk, encoding } of chunks) {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk;
      await this.#pipe.write(bytes, options);
    }
  }
}

/**
 * A byte pipe as a Node stream, both ways: for `pipeline`, `pipe`, `for await`, and all that takes a socket.
 *
 * `end()` ends the outgoing stream, and the peer's end of stream is `'end'`. Half open works as with sockets: one way can be ended
 * while the other goes on, unless `allowHalfOpen` is false. Destroying it, with an error or without, closes the channel, and it is
 * destroyed by itself once both ways have ended. A peer that closes the channel, or dies, without having ended its stream makes it
 * emit `'error'` with a `ChannelError`.
 *
 * `write` returns false when more than the high-water mark waits for room in the ring; reading stops at the high-water mark, and
 * then the ring fills. The pipe is the stream's from then on: use one of the two.
 *
 * @example
 * ```ts
 * import { pipeline } from 'node:stream/promises';
 * import { createGunzip, createGzip } from 'node:zlib';
 * import { connectedBytePipes } from 'vmbus-ring';
 * import { toDuplex } from 'vmbus-ring/node';
 *
 * const [local, remote] = connectedBytePipes({ ringBytes: 65536 }).map((pipe) => toDuplex(pipe));
 * const sent = pipeline(['hello, ', 'ring'], createGzip(), local!);
 *
 * let text = '';
 * for await (const chunk of remote!.pipe(createGunzip())) text += String(chunk);
 * text; // 'hello, ring'
 * remote!.end(); // the other way is still open
 * await sent;
 * ```
 */
export function toDuplex(pipe: BytePipe, options: BytePipeDuplexOptions = {}): Duplex {
  return new BytePipeDuplex(pipe, options);
}
