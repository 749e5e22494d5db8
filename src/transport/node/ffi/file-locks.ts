import { MappedFileError } from '../mapping/mapped-file-error.ts';
import { scratchMemory } from './scratch.ts';
import { SYSCALL } from './syscall-numbers.ts';
import { trySystemCall } from './system-call.ts';

/** Open file description locks: they go with the description, in whatever way that ends, and tell apart two of one process. */
const F_OFD_GETLK = 36;
const F_OFD_SETLK = 37;
const F_WRLCK = 1;
const F_UNLCK = 2;

/** `struct flock`: `{ s16 type, s16 whence, s64 start, s64 length, s32 process }`. */
function putLock(type: number, offset: number): DataView {
  const { view } = scratchMemory();
  view.setInt16(0, type, true);
  view.setInt16(2, 0, true);
  view.setBigInt64(8, BigInt(offset), true);
  view.setBigInt64(16, 1n, true);
  view.setInt32(24, 0, true);
  return view;
}

function lockCall(descriptor: number, command: number): string | null {
  return trySystemCall(SYSCALL.fcntl, descriptor, command, scratchMemory().address).errno;
}

/** Locks the byte at `offset` of an open file. False where somebody else has it. Throws where the file system has no locks. */
export function tryLock(descriptor: number, offset: number, path: string): boolean {
  putLock(F_WRLCK, offset);
  const errno = lockCall(descriptor, F_OFD_SETLK);
  if (errno === null) return true;
  if (errno === 'EAGAIN' || errno === 'EACCES') return false;
  throw new MappedFileError('SystemError', path, `lock: ${errno}`, { errno });
}

/** Gives the byte back. */
export function unlock(descriptor: number, offset: number): void {
  putLock(F_UNLCK, offset);
  lockCall(descriptor, F_OFD_SETLK);
}

/** Whether somebody else has the byte: another description, of this process or of another one. Throws where the file system has no locks. */
export function isLocked(descriptor: number, offset: number, path: string | null = null): boolean {
  const view = putLock(F_WRLCK, offset);
  const errno = lockCall(descriptor, F_OFD_GETLK);
  if (errno !== null) throw new MappedFileError('SystemError', path, `lock: ${errno}`, { errno });
  return view.getInt16(0, true) !== F_UNLCK;
}
