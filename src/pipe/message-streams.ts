import type { Channel } from '../channel/channel.ts';
import type { MessageReadHalf } from './message-read-half.ts';
import type { MessageWriteHalf } from './message-write-half.ts';
import { bytesOfChunk, waitOptionsOf } from './stream-chunk.ts';

/** A web stream of messages. Nothing is taken from the ring before somebody asks for it. */
export function messageReadable(channel: Channel, half: MessageReadHalf): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        try {
          controller.enqueue(await half.receive());
        } catch (error) {
          if (!channel.isPeerClosedError(error)) throw error;
          controller.close();
        }
      },
      // Ends a receive that waits as well.
      cancel: () => channel.close(),
    },
    { highWaterMark: 0 },
  );
}

/** A web stream that sends what is written to it. */
export function messageWritable(channel: Channel, half: MessageWriteHalf): WritableStream<Uint8Array> {
  return new WritableStream<Uint8Array>({
    write: (chunk, controller) => half.send(bytesOfChunk(chunk), waitOptionsOf(controller)),
    close: () => channel.close(),
    abort: () => channel.close(),
  });
}
