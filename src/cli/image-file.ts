import { fstatSync, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import { MAXIMUM_RING_SIZE, PAGE_SIZE } from '../index.ts';
import { isChannelImage } from '../inspect/index.ts';
import { channelBytes } from '../transport/channel-layout.ts';
import { FileError } from './file-error.ts';
import { readLiveFile } from './live-file.ts';

/** A control page and the largest data area. */
const MAXIMUM_IMAGE_BYTES = PAGE_SIZE + MAXIMUM_RING_SIZE;

/** The largest file of a channel. */
const MAXIMUM_CHANNEL_BYTES = channelBytes([MAXIMUM_RING_SIZE, MAXIMUM_RING_SIZE]);

/** Where the size of the input is not known, the first guess at it. */
const FIRST_BYTES = 1 << 20;

const IMAGE_SHAPE = `an image is a ${PAGE_SIZE}-byte control page, then one or more whole pages of data, at most 1 GiB`;

/**
 * The bytes of the ring image or the channel's file at `path`, or of standard input if that is `-`: a file, which others may be writing to,
 * a block device or a pipe. Nothing is written. Holds no more than 1 GiB and a page, for a channel twice that, and up to half of that again
 * while it reads from a pipe.
 *
 * Throws an {@link FileError} where there is no such file, it is no file, it cannot be read, or its size is not that of
 * an image. Of a channel's file any size is taken: what is wrong with that, its header says.
 */
export async function readImageFile(path: string): Promise<Uint8Array> {
  const name = path === '-' ? 'standard input' : path;
  try {
    const bytes = path === '-' ? await readStandardInput(name) : await readPath(path, name);
    if (!isChannelImage(bytes)) checkSize(name, bytes.length);
    return bytes;
  } catch (error) {
    throw FileError.from(name, error);
  }
}

async function readPath(path: string, name: string): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const stats = await file.stat();
    checkKind(name, stats);
    if (stats.isFile() && stats.size > 0) {
      const page = new Uint8Array(PAGE_SIZE);
      await file.read(page, 0, PAGE_SIZE, 0);
      checkNotTooLarge(name, stats.size, isChannelImage(page));
      return await readLiveFile(file, stats.size);
    }
    return await collect(name, file.createReadStream({ autoClose: false, highWaterMark: FIRST_BYTES }), stats);
  } finally {
    await file.close();
  }
}

function readStandardInput(name: string): Promise<Uint8Array> {
  const stats = fstatSync(0);
  checkKind(name, stats);
  return collect(name, process.stdin as AsyncIterable<Uint8Array>, stats);
}

function checkKind(name: string, stats: Stats): void {
  if (stats.isDirectory()) throw new FileError(name, `is a directory; ${IMAGE_SHAPE}`);
  // Those that can be read at all have no end, or are keyboards.
  if (stats.isCharacterDevice()) throw new FileError(name, `is a character device; ${IMAGE_SHAPE}`);
}

function checkNotTooLarge(name: string, bytes: number, isChannel: boolean): void {
  const maximum = isChannel ? MAXIMUM_CHANNEL_BYTES : MAXIMUM_IMAGE_BYTES;
  if (bytes > maximum) throw new FileError(name, `${bytes} bytes or more; ${IMAGE_SHAPE}`);
}

/** Whether a file can be an image, or a channel's file, by its size. Throws a {@link FileError} if not. */
export function checkImageStats(name: string, stats: Stats, isChannel: boolean): void {
  checkNotTooLarge(name, stats.size, isChannel);
  if (!isChannel) checkSize(name, stats.size);
}

function checkSize(name: string, bytes: number): void {
  if (bytes === 0) throw new FileError(name, `is empty (0 bytes); ${IMAGE_SHAPE}`);
  if (bytes < 2 * PAGE_SIZE || bytes % PAGE_SIZE !== 0) {
    throw new FileError(name, `${bytes} bytes; ${IMAGE_SHAPE}`);
  }
}

/**
 * All that `chunks` hold, in an array that doubles when it is full: what files say of their size need not be true. It grows
 * by a page more, so that the last doubling, from half a GiB, takes it to the maximum at once.
 */
async function collect(name: string, chunks: AsyncIterable<Uint8Array>, stats: Stats): Promise<Uint8Array> {
  let bytes = new Uint8Array(
    stats.isFile() && stats.size > 0 ? Math.min(stats.size, MAXIMUM_CHANNEL_BYTES) : FIRST_BYTES,
  );
  let length = 0;
  for await (const chunk of chunks) {
    const needed = length + chunk.length;
    const isChannel = isChannelImage(bytes);
    checkNotTooLarge(name, needed, isChannel);
    if (needed > bytes.length) {
      const maximum = isChannel ? MAXIMUM_CHANNEL_BYTES : MAXIMUM_IMAGE_BYTES;
      const grown = new Uint8Array(Math.min(maximum, Math.max(needed, 2 * bytes.length + PAGE_SIZE)));
      grown.set(bytes.subarray(0, length));
      bytes = grown;
    }
    bytes.set(chunk, length);
    length = needed;
  }
  return bytes.subarray(0, length);
}
