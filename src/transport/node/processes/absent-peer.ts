import { fstatSync, readSync, writeSync } from 'node:fs';
import { END_UNOPENED } from '../../../channel/signal.ts';
import { PAGE_SIZE } from '../../../wire/page.ts';
import { type ChannelFileHeader, readChannelHeader } from '../../channel-file/header.ts';
import { lockOffset, lookOffset, WORD_STATE } from '../../channel-file/layout.ts';
import { ringOffset } from '../../channel-layout.ts';
import { isLocked, tryLock, unlock } from '../ffi/file-locks.ts';
import { futexWait } from '../ffi/futex.ts';
import { scratchMemory, UNUSED_SCRATCH } from '../ffi/scratch.ts';
import { closeDescriptor } from '../mapping/close-descriptor.ts';
import { MappedFileError } from '../mapping/mapped-file-error.ts';
import { openFile } from '../mapping/open-file.ts';
import { systemOf } from '../mapping/system-error.ts';
import { EndLocks } from './end-locks.ts';

/** How often to try to look while somebody else looks, which takes a moment, and how long to sleep between. */
const LOOK_TRIES = 1000;
const LOOK_INTERVAL_MS = 1;

/** What is known of the other end, by who is about to open an end of a channel's file. */
export type PeerFound =
  /** There is no such file. */
  | { readonly found: 'no file' }
  /** `openChannelFile` says why it cannot be used: it is no channel of this user alone, or somebody has this end. */
  | { readonly found: 'nothing to use' }
  /** A process has the other end; `isNew` where it has never met anybody at this one. */
  | { readonly found: 'a peer'; readonly process: number; readonly isNew: boolean }
  /** Nobody has the other end, and packets are in the ring: nothing was changed. */
  | { readonly found: 'packets' }
  /** Nobody has the other end; from now on it counts as one that is still to come. */
  | { readonly found: 'nobody' };

/**
 * Forgets the peer at the other end of a channel's file whose process is gone, in whatever way, if the ring that `writer` writes is empty: who
 * opens `end` next waits for one to come, as in a new file, and is not told of that one. Nothing is changed where a process has either end, or
 * the file is not fit for `openChannelFile`.
 *
 * Throws a `MappedFileError` where the file system has no locks, or does not read or write.
 */
export function forgetAbsentPeer(path: string, end: 0 | 1, writer: 0 | 1): PeerFound {
  let descriptor: number;
  try {
    ({ descriptor } = openFile(path, 'write', 'own'));
  } catch (error) {
    const isMissing = error instanceof MappedFileError && error.errno === 'ENOENT';
    return { found: isMissing ? 'no file' : 'nothing to use' };
  }
  try {
    if (systemOf(path, () => headerOf(descriptor)) === null || isTaken(descriptor, end, path))
      return { found: 'nothing to use' };
    return systemOf(path, () => forget(descriptor, path, end, writer));
  } finally {
    closeDescriptor(descriptor);
  }
}

/**
 * Whether somebody has the lock of an end, asked of the kernel: nothing is taken, and to read the file is enough. Who only looks whether the end is
 * free has it for a moment, too. Throws a `MappedFileError` where the kernel cannot be asked.
 */
export function isEndLocked(descriptor: number, end: 0 | 1): boolean {
  return isLocked(descriptor, lockOffset(end));
}

function forget(descriptor: number, path: string, end: 0 | 1, writer: 0 | 1): PeerFound {
  const peer = end === 0 ? 1 : 0;
  const isPeerThere = isTaken(descriptor, peer, path);
  // After that: a peer that has just come has said before that this end is still to come.
  const header = headerOf(descriptor);
  if (header === null) return { found: 'nothing to use' };
  if (isPeerThere) {
    return { found: 'a peer', process: header.ends[peer].process, isNew: header.ends[end].state === 'unopened' };
  }
  if (holdsPackets(descriptor, ringOffset(writer, header.sizes))) return { found: 'packets' };
  const locks = new EndLocks(descriptor, path);
  try {
    const state = new Uint8Array(Uint32Array.of(END_UNOPENED).buffer);
    // Where somebody has come meanwhile, that one has said how the end is doing.
    locks.whileFree(peer, () => writeSync(descriptor, state, 0, 4, 4 * (WORD_STATE + peer)));
  } finally {
    locks.release();
  }
  return { found: 'nobody' };
}

/** What the file says; `null` where `openChannelFile` would not take it. */
function headerOf(descriptor: number): ChannelFileHeader | null {
  const stats = fstatSync(descriptor);
  if (!stats.isFile() || stats.uid !== process.geteuid?.() || (stats.mode & 0o022) !== 0) return null;
  const page = new Uint8Array(PAGE_SIZE);
  const header = readChannelHeader(page.subarray(0, readSync(descriptor, page, 0, PAGE_SIZE, 0)), stats.size);
  return 'problem' in header ? null : header;
}

/** Whether somebody has the end, and does not only look: as long as nobody else can look, whoever has the lock has the end. */
function isTaken(descriptor: number, end: 0 | 1, path: string): boolean {
  for (let i = 0; i < LOOK_TRIES && isLocked(descriptor, lockOffset(end), path); i++) {
    if (tryLock(descriptor, lookOffset(end), path)) {
      try {
        return isLocked(descriptor, lockOffset(end), path);
      } finally {
        unlock(descriptor, lookOffset(end));
      }
    }
    // A sleep: nothing is at that part of the scratch memory, and nobody changes it.
    futexWait(scratchMemory().address + UNUSED_SCRATCH, 0, LOOK_INTERVAL_MS);
  }
  return isLocked(descriptor, lockOffset(end), path);
}

function holdsPackets(descriptor: number, controlPage: number): boolean {
  const pointers = new Uint32Array(2);
  readSync(descriptor, pointers, 0, 8, controlPage);
  return pointers[0] !== pointers[1];
}
