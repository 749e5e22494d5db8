import { BytePipe, type Channel } from '../../index.ts';
import { isGonePeerError } from '../../pipe/gone-peer.ts';
import { readStandardInput, type Take } from './standard-input.ts';

/** Counts bytes as they go. */
export type Count = (bytes: number) => void;

/** Sends standard input and the end of the stream, and waits until the receiver has read all of it. */
export async function send(channel: Channel, count: Count, signal: AbortSignal): Promise<void> {
  const pipe = new BytePipe(channel);
  const input = new AbortController();
  const both = AbortSignal.any([signal, input.signal]);
  const watch = watchPeer(pipe, both).catch((error: unknown) => input.abort(error));
  const take: Take = (bytes) => {
    const written = pipe.tryWrite(bytes);
    count(bytes.length);
    return written === bytes.length ? null : pipe.write(bytes.subarray(written), { signal: both });
  };
  try {
    await readStandardInput(take, both);
  } finally {
    // From here on, that the receiver is gone need not be wrong.
    input.abort();
    await watch;
  }
  await pipe.end({ signal });
  await pipe.waitEmpty({ signal });
}

/** Fails when the receiver is gone, which nobody notices who waits for standard input. It has nothing to say. */
async function watchPeer(pipe: BytePipe, signal: AbortSignal): Promise<void> {
  const buffer = new Uint8Array(4096);
  try {
    while ((await pipe.read(buffer, { signal })) !== 0);
  } catch (error) {
    if (isGonePeerError(error) || !signal.aborted) throw error;
  }
}
