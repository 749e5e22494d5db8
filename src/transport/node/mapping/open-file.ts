import { closeSync, constants, fstatSync, lstatSync, openSync, type Stats } from 'node:fs';
import { MappedFileError } from './mapped-file-error.ts';

/** What may be done with what is mapped. */
export type MapAccess = 'read' | 'write';

/** Which symbolic links are followed at the end of a path: all, or those of this user and of root. */
export type FollowedLinks = 'all' | 'own';

/** An open file, and what is known of it. */
export interface OpenFile {
  readonly descriptor: number;
  readonly stats: Stats;
}

/** Does not wait for the other end of a FIFO: that is to be refused, not waited for. */
const OPEN_FLAGS = { read: constants.O_RDONLY | constants.O_NONBLOCK, write: constants.O_RDWR | constants.O_NONBLOCK };

/**
 * Opens a file that can be mapped: a regular one, or a character device. Throws a {@link MappedFileError}: `NotAFile`, `WrongOwner` where it is a
 * link that is not followed, or `SystemError` where the system refuses to open it.
 */
export function openFile(path: string, access: MapAccess, links: FollowedLinks = 'all'): OpenFile {
  const flags = OPEN_FLAGS[access];
  const descriptor = systemOf(path, () => (links === 'all' ? openSync(path, flags) : openByOwnLinks(path, flags)));
  try {
    const stats = systemOf(path, () => fstatSync(descriptor));
    if (!stats.isFile() && !stats.isCharacterDevice()) throw new MappedFileError('NotAFile', path, kindOf(stats));
    return { descriptor, stats };
  } catch (error) {
    closeDescriptor(descriptor);
    throw error;
  }
}

/** How often a link is looked at that is replaced meanwhile. */
const LINK_TRIES = 8;

/**
 * Whoever may make files in a folder for all, such as /dev/shm, may make links there, too, and have this process write to another file of its
 * user. The link that is followed is the one that was looked at: it is there before and after, the same one, and nobody has moved it.
 */
function openByOwnLinks(path: string, flags: number): number {
  for (let i = 0; i < LINK_TRIES; i++) {
    try {
      return openSync(path, flags | constants.O_NOFOLLOW);
    } catch (error) {
      if ((error as { readonly code?: unknown }).code !== 'ELOOP') throw error;
    }
    const link = linkAt(path);
    if (link === null) continue;
    const descriptor = openSync(path, flags);
    let isSame = false;
    try {
      isSame = link === linkAt(path);
    } finally {
      if (!isSame) closeDescriptor(descriptor);
    }
    if (isSame) return descriptor;
  }
  throw new MappedFileError('WrongOwner', path, 'somebody replaces it all the time');
}

/** Which link is there, and since when: `null` where it is none. Throws where it is another user's. */
function linkAt(path: string): string | null {
  const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (stats?.isSymbolicLink() !== true) return null;
  const { uid, dev, ino, ctimeNs } = stats;
  if (uid !== 0n && uid !== BigInt(process.geteuid?.() ?? -1)) {
    throw new MappedFileError('WrongOwner', path, `a link of user ${uid}`);
  }
  return `${dev}:${ino}:${ctimeNs}`;
}

/**
 * Closes what was opened. The descriptor is gone even where the system says that something went wrong, and whoever closes has what he
 * opened it for, or a better error.
 */
export function closeDescriptor(descriptor: number): void {
  try {
    closeSync(descriptor);
  } catch (error) {
    // A mistake of ours, and not the system's: somebody else's descriptor may be closed by the next one.
    if ((error as NodeJS.ErrnoException).code === 'EBADF') throw error;
  }
}

/**
 * Throws unless the file is still as long as it was when it was opened. To be asked once it is mapped: what was cut short before that is an
 * error, and not the end of the process.
 */
export function checkSizeKept(path: string, { descriptor, stats }: OpenFile): void {
  if (!stats.isFile()) return;
  const { size } = systemOf(path, () => fstatSync(descriptor));
  if (size < stats.size) throw new MappedFileError('WrongSize', path, `it was cut from ${stats.size} to ${size} bytes`);
}

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

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a directory';
  if (stats.isFIFO()) return 'a FIFO';
  if (stats.isSocket()) return 'a socket';
  return 'a block device';
}
