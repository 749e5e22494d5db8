import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  type Stats,
} from 'node:fs';
import { dirname, isAbsolute } from 'node:path';
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

/** Links that may follow one another, as in the kernel; one that is replaced while it is looked at counts each time. */
const LINKS = 40;

/**
 * Whoever may make files in a folder for all, such as /dev/shm, may make links there, too, and have this process write to another file of its
 * user. So each link is followed by itself, also one that a link of this user's leads to, and only if it is the one that was looked at: it is
 * there before and after, the same one, and nobody has moved it.
 */
function openByOwnLinks(path: string, flags: number): number {
  let at = path;
  for (let i = 0; i <= LINKS; i++) {
    try {
      return openSync(at, flags | constants.O_NOFOLLOW);
    } catch (error) {
      if ((error as { readonly code?: unknown }).code !== 'ELOOP') throw error;
    }
    const link = linkAt(path, at);
    if (link === null) continue;
    if (isBelowProc(link)) {
      const descriptor = openIfSame(link, path, at, flags);
      if (descriptor !== null) return descriptor;
    } else {
      at = targetIfSame(link, path, at) ?? at;
    }
  }
  const detail = 'ELOOP: too many links, or somebody replaces them all the time';
  throw new MappedFileError('SystemError', path, detail, { errno: 'ELOOP' });
}

/** Which link is there: `null` where it is none. Throws where it is another user's. */
function linkAt(path: string, at: string): BigIntStats | null {
  const stats = lstatSync(at, { bigint: true, throwIfNoEntry: false });
  if (stats?.isSymbolicLink() !== true) return null;
  if (stats.uid !== 0n && stats.uid !== BigInt(process.geteuid?.() ?? -1)) {
    throw new MappedFileError('WrongOwner', path, `${at === path ? '' : `${at}: `}a link of user ${stats.uid}`);
  }
  return stats;
}

/** The kernel's own links lead to what is open, whatever name that has or had: nobody else can follow them. */
function isBelowProc(link: BigIntStats): boolean {
  return lstatSync('/proc', { bigint: true, throwIfNoEntry: false })?.dev === link.dev;
}

function isStill({ dev, ino, ctimeNs }: BigIntStats, path: string, at: string): boolean {
  const link = linkAt(path, at);
  return link !== null && link.dev === dev && link.ino === ino && link.ctimeNs === ctimeNs;
}

function openIfSame(link: BigIntStats, path: string, at: string, flags: number): number | null {
  const descriptor = openSync(at, flags);
  let isSame = false;
  try {
    isSame = isStill(link, path, at);
  } finally {
    if (!isSame) closeDescriptor(descriptor);
  }
  return isSame ? descriptor : null;
}

function targetIfSame(link: BigIntStats, path: string, at: string): string | null {
  let target: string;
  try {
    target = readlinkSync(at);
  } catch (error) {
    // It is no link any more.
    if ((error as { readonly code?: unknown }).code === 'EINVAL') return null;
    throw error;
  }
  if (!isStill(link, path, at)) return null;
  // Not made shorter: where `..` leads to only the kernel knows.
  return isAbsolute(target) ? target : `${dirname(at)}/${target}`;
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
