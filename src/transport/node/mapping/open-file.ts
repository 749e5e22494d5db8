import { constants, fstatSync, openSync, type Stats } from 'node:fs';
import { closeDescriptor } from './close-descriptor.ts';
import { MappedFileError } from './mapped-file-error.ts';
import { openByOwnLinks } from './own-links.ts';
import { systemOf } from './system-error.ts';

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

/**
 * Throws unless the file is still as long as it was when it was opened. To be asked once it is mapped: what was cut short before that is an
 * error, and not the end of the process.
 */
export function checkSizeKept(path: string, { descriptor, stats }: OpenFile): void {
  if (!stats.isFile()) return;
  const { size } = systemOf(path, () => fstatSync(descriptor));
  if (size < stats.size) throw new MappedFileError('WrongSize', path, `it was cut from ${stats.size} to ${size} bytes`);
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a directory';
  if (stats.isFIFO()) return 'a FIFO';
  if (stats.isSocket()) return 'a socket';
  return 'a block device';
}
