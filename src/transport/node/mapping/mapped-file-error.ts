/** Why memory cannot be mapped, or a file is not what it was taken for. */
export const MAPPED_FILE_ERRORS = {
  /** Not Linux on a 64-bit machine that is known here, or nothing through which native code can be called. */
  Unsupported: 'memory cannot be mapped here',
  /** The system refused; `errno` says why. */
  SystemError: 'the system refused',
  /** A directory, a FIFO, a socket. */
  NotAFile: 'this is no file that can be mapped',
  /** The file is shorter or longer than it has to be. */
  WrongSize: 'the file has another size',
  /** There is such a file already. */
  Exists: 'there is such a file already',
  /** The file system has no room for the file. Nothing was left behind. */
  NoSpace: 'no space left for the file',
  /** The file is not the file of a channel. */
  NotAChannel: 'this is no channel',
  /** It is one of a version that this library does not know. */
  WrongVersion: 'the channel is of another version',
  /** It belongs to another user, or others may write to it, or it is a link that another user made. */
  WrongOwner: 'somebody else may write to the file',
  /** Another process, or this one, has this end. */
  InUse: 'this end of the channel is in use',
} as const;

/** The name of one kind of {@link MappedFileError}. */
export type MappedFileErrorCode = keyof typeof MAPPED_FILE_ERRORS;

/**
 * A file cannot be mapped, or is not what it was taken for. Nothing was written, and nothing is left behind.
 *
 * @example
 * ```ts
 * import { MappedFileError, mapFile } from 'vmbus-ring/node';
 *
 * try {
 *   mapFile('/dev/shm');
 * } catch (error) {
 *   if (!(error instanceof MappedFileError)) throw error;
 *   error.code; // 'NotAFile'
 * }
 * ```
 */
export class MappedFileError extends Error {
  /** Always this: what `error.name` is. */
  override readonly name = 'MappedFileError';
  /** What is wrong: a key of {@link MAPPED_FILE_ERRORS}. */
  readonly code: MappedFileErrorCode;
  /** The file, or `null` where it is not about one. */
  readonly path: string | null;
  /** The system's name for what went wrong (`'ENOENT'`), or `null` where it was not the system. */
  readonly errno: string | null;

  /** The message says which file, what `code` means, and `detail`. */
  constructor(code: MappedFileErrorCode, path: string | null, detail = '', options: MappedFileErrorOptions = {}) {
    const file = path === null ? '' : `${path}: `;
    super(`${file}${MAPPED_FILE_ERRORS[code]}${detail === '' ? '' : `: ${detail}`}`, options);
    this.code = code;
    this.path = path;
    this.errno = options.errno ?? null;
  }
}

/** What else is known of the error. */
export interface MappedFileErrorOptions extends ErrorOptions {
  /** The system's name for it. */
  readonly errno?: string | undefined;
}
