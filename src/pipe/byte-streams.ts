import type { Channel } from '../channel/channel.ts';
import type { ByteReadHalf } from './byte-read-half.ts';
import type { ByteWriteHalf } from './byte-write-half.ts';
import { bytesOfChunk, waitOptionsOf } from './stream-chunk.ts';

/** Bytes of the buffers that are made for readers who bring none. */
const CHUNK_BYTES = 16384;

/** A web stream of bytes, which are read into the reader's own buffer where it brings one. */
export function byteReadable(channel: Channel, half: ByteReadHalf): ReadableStream<Uint8Array<ArrayBuffer>> {
  const source = {
    type: 'bytes' as const,
    autoAllocateChunkSize: CHUNK_BYTES,
    async pull(controller: ReadableByteStreamController): Promise<void> {
      const request = controller.byobRequest;
      const view = request?.view ?? null;
      if (request === null || view === null) {
        const chunk = new Uint8Array(CHUNK_BYTES);
        const length = await half.read(chunk);
        if (length === 0) controller.close();
        else controller.enqueue(chunk.subarray(0, length));
        return;
      }
      const length = await half.read(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
      if (length === 0) controller.close();
      // After `close` as well: readers that wait get their buffers back by it.
      request.respond(length);
    },
    // Ends a read that waits as well.
    cancel: (): void => channel.close(),
  };
  return new ReadableStream(source, { highWaterMark: 0 }) as ReadableStream<Uint8Array<ArrayBuffer>>;
}

/** A web stream that writes to the pipe, and ends it when it is closed. */
export function byteWritable(channel: Channel, half: ByteWriteHalf): WritableStream<Uint8Array> {
  return new WritableStream<Uint8Array>({
    write: (chunk, controller) => half.write(bytesOfChunk(chunk), waitOptionsOf(controller)),
    close: () => half.end(),
    abort: () => channel.close(),
  });
}
