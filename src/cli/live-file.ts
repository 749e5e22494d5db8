import type { FileHandle } from 'node:fs/promises';
import { PAGE_SIZE } from '../index.ts';
import { readChannelHeader } from '../transport/channel-file/header.ts';
import { flowWord, HEADER_WORDS } from '../transport/channel-file/layout.ts';
import { ringOffset } from '../transport/channel-layout.ts';

/** Bytes that are read at once. */
const BLOCK_BYTES = 1 << 20;

/** Where it is counted what goes through the second ring: the last words of the header. */
const SECOND_FLOW = 4 * flowWord(1, 'produced');
const SECOND_FLOW_BYTES = 4 * HEADER_WORDS - SECOND_FLOW;

/**
 * The `size` bytes of a file that others may be writing to: each control page before the data that it speaks of, so that what lies between
 * `out` and `in` is whole unless it is consumed and overwritten meanwhile; and what is counted of a ring together with its control
 * page. Shorter if the file is.
 */
export async function readLiveFile(file: FileHandle, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  let length = await readUpTo(file, bytes, 0, Math.min(size, PAGE_SIZE));
  const header = readChannelHeader(bytes.subarray(0, length), size);
  const second = 'problem' in header ? size : ringOffset(1, header.sizes);
  // The first ring's control page with the page that counts for it.
  if (second < size) length = await readUpTo(file, bytes, 0, 2 * PAGE_SIZE);
  while (length < size) {
    const atSecond = length === second;
    const limit = length < second ? second : size;
    const wanted = atSecond ? PAGE_SIZE : Math.min(BLOCK_BYTES, limit - length);
    if (atSecond) await readUpTo(file, bytes, SECOND_FLOW, SECOND_FLOW_BYTES);
    const read = await readUpTo(file, bytes, length, wanted);
    if (read === 0) break;
    length += read;
  }
  return bytes.subarray(0, length);
}

/** Bytes from `at` on in the file to the same place in `bytes`: how many there were, fewer than wanted only at the end of the file. */
async function readUpTo(file: FileHandle, bytes: Uint8Array, at: number, wanted: number): Promise<number> {
  let done = 0;
  while (done < wanted) {
    const { bytesRead } = await file.read(bytes, at + done, wanted - done, at + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return done;
}
