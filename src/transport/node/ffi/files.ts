import { constants, openSync } from 'node:fs';
import { MappedFileError } from '../mapping/mapped-file-error.ts';
import { isNoSpace, systemOf } from '../mapping/system-error.ts';
import { nativeCalls } from './native-calls.ts';
import { scratchMemory } from './scratch.ts';
import { SYSCALL } from './syscall-numbers.ts';
import { errnoName, systemCall, trySystemCall } from './system-call.ts';

const AT_FDCWD = -100;
const AT_SYMLINK_FOLLOW = 0x400;
const MFD_CLOEXEC = 1;
const MFD_ALLOW_SEALING = 2;
const F_ADD_SEALS = 1033;
const F_GET_SEALS = 1034;
const F_SETPIPE_SZ = 1031;
const F_SEAL_SEAL = 1;
const F_SEAL_SHRINK = 2;
const F_SEAL_GROW = 4;

/** The longest path that Linux takes, with the zero behind it. */
const PATH_MAX = 4096;

/** A C string in scratch memory, from `at` on. Returns its address. */
function putString(at: number, text: string): number {
  const { address, bytes } = scratchMemory();
  const encoded = new TextEncoder().encode(text);
  if (encoded.length >= PATH_MAX)
    throw new MappedFileError('SystemError', text, 'ENAMETOOLONG', { errno: 'ENAMETOOLONG' });
  if (encoded.includes(0)) throw new MappedFileError('SystemError', text, 'a path holds no zero', { errno: 'EINVAL' });
  bytes.set(encoded, at);
  bytes[at + encoded.length] = 0;
  return address + at;
}

/** Bytes that are allocated at once, and how often that is tried: what a signal interrupts is undone, and signals can come all the time. */
const ALLOCATED_BYTES = 4 << 20;
const ALLOCATION_TRIES = 100;

/**
 * Makes the file as long as this, and reserves all of its blocks: a file system that is full says so now, not by a signal that ends
 * the process when a page is first written to. Throws a {@link MappedFileError}, with code `NoSpace` in that case.
 */
export function allocateFile(descriptor: number, length: number, path: string): void {
  for (let offset = 0; offset < length; offset += ALLOCATED_BYTES) {
    allocatePart(descriptor, offset, Math.min(ALLOCATED_BYTES, length - offset), path);
  }
}

function allocatePart(descriptor: number, offset: number, length: number, path: string): void {
  let errno: string;
  let tries = 0;
  do {
    const error = nativeCalls().posixFallocate(descriptor, offset, length);
    if (error === 0) return;
    errno = errnoName(error);
  } while (errno === 'EINTR' && ++tries < ALLOCATION_TRIES);
  const isFull = isNoSpace(errno) || errno === 'EFBIG';
  throw new MappedFileError(isFull ? 'NoSpace' : 'SystemError', path, `${length} bytes: ${errno}`, { errno });
}

/** Gives a file that has no name one. Throws with code `Exists` where there is such a file: it is never replaced. */
export function linkDescriptor(descriptor: number, path: string): void {
  const from = putString(0, `/proc/self/fd/${descriptor}`);
  const to = putString(PATH_MAX, path);
  const { errno } = trySystemCall(SYSCALL.linkat, AT_FDCWD, from, AT_FDCWD, to, AT_SYMLINK_FOLLOW);
  if (errno === null) return;
  const otherCode = isNoSpace(errno) ? 'NoSpace' : 'SystemError';
  throw new MappedFileError(errno === 'EEXIST' ? 'Exists' : otherCode, path, errno, { errno });
}

/** A file in memory that has no name in the file system and can be sealed: its descriptor, as Node's file system has it. */
export function createMemoryFile(name: string): number {
  const flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
  const raw = systemCall('memfd_create', name, SYSCALL.memfdCreate, putString(0, name), flags);
  try {
    // Deno closes no descriptor that it has not opened.
    return systemOf(name, () => openSync(`/proc/self/fd/${raw}`, constants.O_RDWR));
  } finally {
    trySystemCall(SYSCALL.close, raw);
  }
}

/** From now on nobody can make it shorter or longer. */
export function sealSize(descriptor: number, path: string): void {
  systemCall('seal', path, SYSCALL.fcntl, descriptor, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL);
}

/** Whether nobody can make it shorter. */
export function cannotShrink(descriptor: number): boolean {
  const { result } = trySystemCall(SYSCALL.fcntl, descriptor, F_GET_SEALS);
  return result > 0 && (result & F_SEAL_SHRINK) !== 0;
}

/** Has a pipe hold this many bytes. False where it is none, or the system does not give as many. */
export function setPipeSize(descriptor: number, bytes: number): boolean {
  return trySystemCall(SYSCALL.fcntl, descriptor, F_SETPIPE_SZ, bytes).errno === null;
}
