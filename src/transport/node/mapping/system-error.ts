import { MappedFileError } from './mapped-file-error.ts';

/** Whether an error says that the file system is full. */
export function isNoSpace(errno: string): boolean {
  return errno === 'ENOSPC' || errno === 'EDQUOT';
}

/** What `call` returns; what Node's file system throws becomes a {@link MappedFileError}. */
export function systemOf<T>(path: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    const { code: errno } = error as { readonly code?: unknown };
    // Node's own names, of what is wrong with the arguments, look otherwise.
    if (typeof errno !== 'string' || !/^E[A-Z0-9]+$/.test(errno)) throw error;
    // Opening it for writing already fails.
    if (errno === 'EISDIR') throw new MappedFileError('NotAFile', path, 'a directory', { errno, cause: error });
    if (errno === 'EEXIST') throw new MappedFileError('Exists', path, '', { errno, cause: error });
    throw new MappedFileError(isNoSpace(errno) ? 'NoSpace' : 'SystemError', path, errno, { errno, cause: error });
  }
}
