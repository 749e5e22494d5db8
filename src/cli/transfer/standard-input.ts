import { fstatSync, read, type Stats } from 'node:fs';
import { Socket } from 'node:net';
import { addAbortSignal } from 'node:stream';
import { promisify } from 'node:util';
import { CommandError } from '../command-error.ts';
import { EXIT_UNUSABLE } from '../exit-codes.ts';
import { FileError } from '../file-error.ts';
import { widenPipe } from './pipe-room.ts';

/** Bytes that are read at once, and held. */
const CHUNK_BYTES = 512 << 10;

/** Takes bytes, which are its own until the promise is fulfilled, or until it returns where that is `null`. */
export type Take = (bytes: Uint8Array) => Promise<void> | null;

const readDescriptor = promisify(read);

/** Bytes of standard input, where that is a file that says so; else `null`. */
export function standardInputBytes(): number | null {
  const stats = fstatSync(0);
  return stats.isFile() ? stats.size : null;
}

/**
 * Gives all of standard input to `take`, one chunk at a time. What cannot be read is a {@link CommandError}; what `take` throws, or the signal's
 * reason, is thrown on.
 */
export async function readStandardInput(take: Take, signal: AbortSignal): Promise<void> {
  const stats = fstatSync(0);
  if (stats.isDirectory()) throw new CommandError(EXIT_UNUSABLE, 'standard input: is a directory');
  try {
    if (isSocketLike(stats)) await readSocket(take, signal);
    else if (process.stdin.isTTY) await readTerminal(take, signal);
    else await readFile(take, signal);
  } catch (error) {
    signal.throwIfAborted();
    throw toCommandError(error);
  }
}

/** Of what the system says, what there is to say. */
function toCommandError(error: unknown): unknown {
  if ((error as Partial<NodeJS.ErrnoException> | null)?.syscall !== 'read') return error;
  return new CommandError(EXIT_UNUSABLE, FileError.from('standard input', error).message, { cause: error });
}

/** What has to be waited for in the event loop: a blocked read of another thread would keep the process from ending. */
function isSocketLike(stats: Stats): boolean {
  return stats.isFIFO() || stats.isSocket();
}

/** Into one buffer again and again. */
function readSocket(take: Take, signal: AbortSignal): Promise<void> {
  widenPipe(0);
  return new Promise((resolve, reject) => {
    const callback = (length: number, bytes: Uint8Array): boolean => {
      try {
        const taken = take(bytes.subarray(0, length));
        taken?.then(
          () => socket.resume(),
          (error: unknown) => socket.destroy(error as Error),
        );
        return taken === null;
      } catch (error) {
        socket.destroy(error as Error);
        return false;
      }
    };
    const socket = new Socket({
      fd: 0,
      writable: false,
      signal,
      onread: { buffer: new Uint8Array(CHUNK_BYTES), callback },
    });
    socket.on('end', resolve).on('error', reject);
    socket.resume();
  });
}

async function readTerminal(take: Take, signal: AbortSignal): Promise<void> {
  addAbortSignal(signal, process.stdin);
  for await (const chunk of process.stdin as AsyncIterable<Uint8Array>) await take(chunk);
}

/** Reads on while what was read is taken. */
async function readFile(take: Take, signal: AbortSignal): Promise<void> {
  let taken: Promise<void> | null = null;
  let [buffer, other] = [new Uint8Array(CHUNK_BYTES), new Uint8Array(CHUNK_BYTES)];
  for (;;) {
    const { bytesRead } = await readDescriptor(0, buffer, 0, CHUNK_BYTES, null);
    await taken;
    signal.throwIfAborted();
    if (bytesRead === 0) return;
    taken = take(buffer.subarray(0, bytesRead));
    // It is waited for above; that it can fail before must not end the process.
    taken?.catch(() => {});
    [buffer, other] = [other, buffer];
  }
}
