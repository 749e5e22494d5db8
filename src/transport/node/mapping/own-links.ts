import { type BigIntStats, constants, lstatSync, openSync, readlinkSync } from 'node:fs';
import { dirname, isAbsolute } from 'node:path';
import { closeDescriptor } from './close-descriptor.ts';
import { MappedFileError } from './mapped-file-error.ts';

/** Links that may follow one another, as in the kernel; one that is replaced while it is looked at counts each time. */
const LINKS = 40;

/**
 * Whoever may make files in a folder for all, such as /dev/shm, may make links there, too, and have this process write to another file of its
 * user. So each link is followed by itself, also one that a link of this user's leads to, and only if it is the one that was looked at: it is
 * there before and after, the same one, and nobody has moved it.
 */
export function openByOwnLinks(path: string, flags: number): number {
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
