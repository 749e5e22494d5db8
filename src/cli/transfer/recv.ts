import { setImmediate as nextTurn } from 'node:timers/promises';
import { BytePipe, type Channel, ChannelError } from '../../index.ts';
import { printableLines } from '../printable.ts';
import { widenPipe } from './pipe-room.ts';
import type { Count } from './send.ts';

/** Bytes of each of two buffers: one is filled while the other one is written out. */
const CHUNK_BYTES = 256 << 10;

/** How long to wait blocking, which costs less, before waiting otherwise. */
const BLOCK_MS = 10;

/** The longest that Ctrl-C and the progress wait for their turn. */
const TURN_INTERVAL_MS = 20;

/** What is to be written of what came: bytes as they are, or text. Unless there `isMore` to come, what was held back as well. */
type Show = (bytes: Uint8Array, isMore: boolean) => Uint8Array | string;

const NO_BYTES = new Uint8Array(0);

/**
 * Writes what comes to standard output, up to the end of the stream. All that came is written out, in whatever way that ends. On a terminal it is
 * shown as text, with nothing that the terminal would obey: whoever sends is not to write to it.
 */
export async function receive(channel: Channel, count: Count, signal: AbortSignal): Promise<void> {
  const pipe = new BytePipe(channel);
  const show: Show = process.stdout.isTTY ? asText() : (bytes) => bytes;
  widenPipe(1);
  let [buffer, other] = [new Uint8Array(CHUNK_BYTES), new Uint8Array(CHUNK_BYTES)];
  let written: Promise<void> = Promise.resolve();
  let lastTurnMs = performance.now();
  try {
    for (;;) {
      const length = pipe.tryRead(buffer) ?? readBriefly(pipe, buffer) ?? (await pipe.read(buffer, { signal }));
      if (length === 0) break;
      count(length);
      await unlessAborted(written, signal);
      written = writeOut(show(buffer.subarray(0, length), true));
      [buffer, other] = [other, buffer];
      if (performance.now() - lastTurnMs < TURN_INTERVAL_MS) continue;
      await nextTurn();
      signal.throwIfAborted();
      lastTurnMs = performance.now();
    }
  } finally {
    await unlessAborted(written, signal);
    const rest = show(NO_BYTES, false);
    if (rest.length > 0) await unlessAborted(writeOut(rest), signal);
  }
}

function readBriefly(pipe: BytePipe, buffer: Uint8Array): number | null {
  try {
    return pipe.readSync(buffer, BLOCK_MS);
  } catch (error) {
    if (error instanceof ChannelError && error.code === 'TimedOut') return null;
    throw error;
  }
}

/** Characters may be cut where chunks end. A byte order mark came as well, and is shown as what it is. */
function asText(): Show {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return (bytes, isMore) => printableLines(decoder.decode(bytes, { stream: isMore }));
}

/** Where it fails, what standard output's own listener does is all that is to be done. */
function writeOut(bytes: Uint8Array | string): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write(bytes, (error) => {
      if (error === null || error === undefined) resolve();
    });
  });
}

/** Whoever takes the output may never do so. */
async function unlessAborted(written: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  let abort = (): void => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    await Promise.race([written, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
