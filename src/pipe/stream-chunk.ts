import type { WaitOptions } from '../channel/wait-options.ts';

/** The bytes of what somebody wrote to a web stream: a buffer or a view of one. A `TypeError` for all else. */
export function bytesOfChunk(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  if (ArrayBuffer.isView(chunk)) return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  if (chunk instanceof ArrayBuffer) return new Uint8Array(chunk);
  throw new TypeError(
    'a chunk is a Uint8Array, another view, or an ArrayBuffer; text goes through a TextEncoderStream',
  );
}

/** What ends the writing of a chunk early: the stream's own abort signal, where the runtime has it. */
export function waitOptionsOf(controller: object): WaitOptions {
  const { signal } = controller as { readonly signal?: AbortSignal };
  return signal === undefined ? {} : { signal };
}
