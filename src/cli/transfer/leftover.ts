import { closeSync, constants, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { type ChannelFileHeader, readChannelHeader } from '../../transport/channel-file/header.ts';
import { lockOffset, WORD_STATE } from '../../transport/channel-file/layout.ts';
import { ringOffset } from '../../transport/channel-layout.ts';
import { isLocked } from '../../transport/node/ffi/file-locks.ts';
import { EndLocks } from '../../transport/node/processes/end-locks.ts';
import { END_UNOPENED } from '../../channel/signal.ts';
import { PAGE_SIZE } from '../../index.ts';
import { CommandError } from '../command-error.ts';
import { EXIT_UNUSABLE } from '../exit-codes.ts';
import { printable } from '../printable.ts';
import { END_NAMES, SENDER } from './ends.ts';

const MOMENT_MS = 5;

/**
 * Makes the file of a channel that others may have used before fit for a new transfer, by who is about to open `end`: a peer that is gone, and
 * has left nothing in the ring, is one that is still to come. What is no such file is left to `openChannelFile`, which says why.
 *
 * False where there is no such file. Throws a {@link CommandError} where another transfer is under way: this one would be given, or would
 * add to, a part of a stream.
 */
export function clearLeftover(path: string, end: 0 | 1): boolean {
  let descriptor: number;
  try {
    // Without O_NONBLOCK, to open a FIFO would wait for its other end, only to be refused.
    descriptor = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
  try {
    if (headerOf(descriptor) !== null) clear(descriptor, path, end);
    return true;
  } finally {
    closeSync(descriptor);
  }
}

function headerOf(descriptor: number): ChannelFileHeader | null {
  const stats = fstatSync(descriptor);
  if (!stats.isFile() || stats.uid !== process.geteuid?.()) return null;
  const page = new Uint8Array(PAGE_SIZE);
  const header = readChannelHeader(page.subarray(0, readSync(descriptor, page, 0, PAGE_SIZE, 0)), stats.size);
  return 'problem' in header ? null : header;
}

function clear(descriptor: number, path: string, end: 0 | 1): void {
  // Somebody has it: `openChannelFile` says so.
  if (isTaken(descriptor, end)) return;
  const peer = end === 0 ? 1 : 0;
  const isPeerThere = isLocked(descriptor, lockOffset(peer));
  // After that: a peer that has just come has said before that this end is still to come.
  const header = headerOf(descriptor);
  if (header === null) return;
  if (isPeerThere) {
    if (header.ends[end].state === 'unopened') return;
    const who = `its ${END_NAMES[peer]}, process ${header.ends[peer].process},`;
    throw unusable(path, `${who} is in the middle of a transfer with another ${END_NAMES[end]}`);
  }
  if (holdsPackets(descriptor, header)) {
    if (end === SENDER) throw unusable(path, 'holds what another sender has left: receive it, or remove the file');
    return;
  }
  const locks = new EndLocks(descriptor, path);
  try {
    const state = Uint8Array.of(END_UNOPENED, 0, 0, 0);
    locks.whileFree(peer, () => writeSync(descriptor, state, 0, 4, 4 * (WORD_STATE + peer)));
  } finally {
    locks.release();
  }
}

/** Who only looks whether an end is free has it for a moment. */
function isTaken(descriptor: number, end: 0 | 1): boolean {
  if (!isLocked(descriptor, lockOffset(end))) return false;
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, MOMENT_MS);
  return isLocked(descriptor, lockOffset(end));
}

/** Whether the sender's ring does. */
function holdsPackets(descriptor: number, { sizes }: ChannelFileHeader): boolean {
  const pointers = new Uint32Array(2);
  readSync(descriptor, pointers, 0, 8, ringOffset(SENDER, sizes));
  return pointers[0] !== pointers[1];
}

function unusable(path: string, reason: string): CommandError {
  return new CommandError(EXIT_UNUSABLE, `${printable(path)}: ${reason}`);
}
