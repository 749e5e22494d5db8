import { closeSync, openSync, readSync } from 'node:fs';
import { UioError } from './uio-error.ts';

/** What sysfs makes of an attribute is one page at most. */
const MAXIMUM_ATTRIBUTE_BYTES = 4096;

const GUID = /^\{?([\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12})\}?$/i;

/** An attribute's text without the newline at its end. */
export function readAttribute(path: string): string {
  const buffer = Buffer.alloc(MAXIMUM_ATTRIBUTE_BYTES + 1);
  const fd = openSync(path, 'r');
  try {
    const length = readSync(fd, buffer, 0, buffer.length, null);
    if (length > MAXIMUM_ATTRIBUTE_BYTES) throw invalid(path, 'more than a page');
    return buffer.toString('latin1', 0, length).replace(/\n$/, '');
  } finally {
    closeSync(fd);
  }
}

/** The same, or `null` where the kernel does not show that attribute. */
export function readAttributeIfAny(path: string): string | null {
  try {
    return readAttribute(path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** An attribute that holds a decimal number, at most `maximum`. */
export function readDecimal(path: string, maximum: number): number {
  return toNumber(path, readAttribute(path), /^\d{1,16}$/, maximum);
}

/** An attribute that holds a hexadecimal number with `0x` before it: a size or an address, perhaps with leading zeros. */
export function readHexadecimal(path: string, maximum: number): number {
  return toNumber(path, readAttribute(path), /^0x[\da-f]{1,16}$/i, maximum);
}

/** An attribute that holds a GUID, in braces or not: in lower case and without them. */
export function readGuid(path: string): string {
  const text = readAttribute(path);
  const guid = GUID.exec(text)?.[1];
  if (guid === undefined) throw invalid(path, `${quoted(text)} is no GUID`);
  return guid.toLowerCase();
}

/** Whether a file is not there, or its device went away while it was read. */
export function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return code === 'ENOENT' || code === 'ENODEV' || code === 'ENOTDIR';
}

/** An error that says what `path` holds. */
export function invalid(path: string, detail: string): UioError {
  return new UioError('InvalidSysfs', `${path}: ${detail}`);
}

/** Text that somebody else wrote, for an error message. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 64 ? `${text.slice(0, 64)}...` : text);
}

function toNumber(path: string, text: string, form: RegExp, maximum: number): number {
  const value = form.test(text) ? Number(text) : Number.NaN;
  if (!(value <= maximum)) throw invalid(path, `${quoted(text)} is no number up to ${maximum}`);
  return value;
}
