import { getSystemErrorName } from 'node:util';
import { MappedFileError } from '../mapping/mapped-file-error.ts';
import { nativeCalls, type SyscallArguments } from './native-calls.ts';

/** What a system call came to: its result, and the name of the error where that is -1. */
export interface SystemCallOutcome {
  readonly result: number;
  /** `'EAGAIN'` and so on; `null` where it succeeded. */
  readonly errno: string | null;
}

/** A system call; arguments that are left out are 0. */
export function trySystemCall(number: number, ...args: number[]): SystemCallOutcome {
  const calls = nativeCalls();
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = args;
  const all: SyscallArguments = [a, b, c, d, e, f];
  const result = calls.syscall(number, all);
  return { result, errno: result === -1 ? errnoName(calls.errno()) : null };
}

/** The same. Throws a {@link MappedFileError} with code `SystemError` where it fails: `what` says what was attempted. */
export function systemCall(what: string, path: string | null, number: number, ...args: number[]): number {
  const { result, errno } = trySystemCall(number, ...args);
  if (errno !== null) throw new MappedFileError('SystemError', path, `${what}: ${errno}`, { errno });
  return result;
}

/** `'ENOENT'` for 2. */
export function errnoName(errno: number): string {
  try {
    return getSystemErrorName(-errno);
  } catch {
    return `errno ${errno}`;
  }
}
