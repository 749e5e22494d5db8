import { randomUUID } from 'node:crypto';
import { constants, fchmodSync, linkSync, openSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { linkDescriptor } from '../ffi/files.ts';
import { closeDescriptor } from './close-descriptor.ts';
import { systemOf } from './system-error.ts';

/** Nobody but the owner. */
export const OWNER_ONLY = 0o600;

/** A file without a name: what is not finished is not there, whatever happens. Not all file systems have it. */
const O_TMPFILE = 0o20000000 | constants.O_DIRECTORY;

/** Writes a file that is still empty, and that nobody else can see. */
export type FillFile = (descriptor: number) => void;

/**
 * Makes a file that is there whole or not at all, for its owner alone, and replaces none. Throws a `MappedFileError`: `Exists`,
 * `SystemError`; and what `fill` throws: then nothing is left behind.
 */
export function createFile(path: string, fill: FillFile): void {
  const descriptor = openUnnamed(path);
  if (descriptor === null) return createByLinking(path, fill);
  try {
    systemOf(path, () => fchmodSync(descriptor, OWNER_ONLY));
    fill(descriptor);
    linkDescriptor(descriptor, path);
  } finally {
    closeDescriptor(descriptor);
  }
}

/** The same on a file system where every file has a name: of a process that is killed meanwhile, a hidden file is left. */
export function createByLinking(path: string, fill: FillFile): void {
  // A name of its own: with the file's in it, it could be too long. Not joined: where `..` leads to only the kernel knows.
  const temporary = `${dirname(path)}/.vmbus-ring-${randomUUID()}`;
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL;
  const descriptor = systemOf(path, () => openSync(temporary, flags, OWNER_ONLY));
  try {
    systemOf(path, () => fchmodSync(descriptor, OWNER_ONLY));
    fill(descriptor);
    // Renaming would replace what is there.
    systemOf(path, () => linkSync(temporary, path));
  } finally {
    closeDescriptor(descriptor);
    removeHidden(temporary);
  }
}

/** Where that fails, it is as if the process had been killed before. */
function removeHidden(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // What is to be said is how the file came out.
  }
}

/** `null` where the file system has no such thing. */
function openUnnamed(path: string): number | null {
  try {
    return openSync(dirname(path), O_TMPFILE | constants.O_RDWR, OWNER_ONLY);
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    if (code === 'EOPNOTSUPP' || code === 'ENOTSUP' || code === 'EISDIR') return null;
    return systemOf(path, () => {
      throw error;
    });
  }
}
