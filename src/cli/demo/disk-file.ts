import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { EXIT_FAILED } from '../exit-codes.ts';
import { FileError } from '../file-error.ts';
import { CommandError } from '../command-error.ts';

/** Bytes that are read at once for the hash. */
const CHUNK_BYTES = 1 << 20;

/** The file that is the disk, open for reading, and its size when it was opened. */
export class DiskFile {
  readonly path: string;
  readonly bytes: number;
  readonly #handle: FileHandle;

  private constructor(path: string, bytes: number, handle: FileHandle) {
    this.path = path;
    this.bytes = bytes;
    this.#handle = handle;
  }

  /** Throws a {@link FileError} where the file cannot be a disk. */
  static async open(path: string): Promise<DiskFile> {
    try {
      // Without O_NONBLOCK, to open a pipe would wait for its writer, only to be refused below.
      const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
      try {
        return new DiskFile(path, await usableSize(path, handle), handle);
      } catch (error) {
        await handle.close();
        throw error;
      }
    } catch (error) {
      throw FileError.from(path, error);
    }
  }

  /** Good until `close`, in all threads. */
  get descriptor(): number {
    return this.#handle.fd;
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  /**
   * SHA-256 of the file, in hexadecimal, read here and not through any ring. Throws a {@link CommandError} where the file is
   * not as long as it was, and the signal's reason when that is aborted.
   */
  async hash(signal: AbortSignal): Promise<string> {
    const hash = createHash('sha256');
    // `end` is the last byte that is read: one more than there was, to see whether the file has grown.
    const reading = { start: 0, end: this.bytes, highWaterMark: CHUNK_BYTES, autoClose: false };
    let done = 0;
    for await (const chunk of this.#handle.createReadStream(reading) as AsyncIterable<Uint8Array>) {
      signal.throwIfAborted();
      hash.update(chunk);
      done += chunk.length;
    }
    if (done !== this.bytes) throw this.#changed(done < this.bytes ? 'shorter' : 'longer');
    return hash.digest('hex');
  }

  /** Throws a {@link CommandError} if the file is not as long as it was. */
  async checkSize(): Promise<void> {
    const { size } = await this.#handle.stat();
    if (size !== this.bytes) throw this.#changed(size < this.bytes ? 'shorter' : 'longer');
  }

  #changed(how: string): CommandError {
    return new CommandError(EXIT_FAILED, `the file became ${how} while it was read: it had ${this.bytes} bytes`);
  }
}

async function usableSize(path: string, handle: FileHandle): Promise<number> {
  const stat = await handle.stat();
  if (stat.isDirectory()) throw new FileError(path, 'is a directory');
  if (!stat.isFile()) throw new FileError(path, 'is no regular file');
  // Some files can be opened and not read, and some in /proc say that they are empty and are not.
  const { bytesRead } = await handle.read(new Uint8Array(1), 0, 1, 0);
  if (bytesRead > stat.size) throw new FileError(path, 'does not say how long it is');
  return stat.size;
}
