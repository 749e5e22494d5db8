import { printable } from './printable.ts';

/** A file that cannot be used: `<file>: <reason>`, which is all there is to say, and safe to print. */
export class FileError extends Error {
  override readonly name = 'FileError';

  constructor(file: string, reason: string, options?: ErrorOptions) {
    super(`${printable(file)}: ${printable(reason)}`, options);
  }

  /** What `error`, thrown by the file system, says of `file`. One that is a FileError already stays as it is. */
  static from(file: string, error: unknown): FileError {
    return error instanceof FileError ? error : new FileError(file, reasonOf(error), { cause: error });
  }
}

/** What the system says, without Node's code in front and the call behind: `ENOENT: no such file or directory, open 'x'`. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^[A-Z0-9]+: /, '').replace(/, \w+( '.*')?$/s, '');
}
