/// <reference lib="esnext.disposable" preserve="true" />
import { PAGE_SIZE } from '../../../wire/page.ts';
import { checkUnsigned } from '../../../wire/unsigned.ts';
import { cannotShrink } from '../ffi/files.ts';
import { nativeCalls } from '../ffi/native-calls.ts';
import { MappedFileError } from './mapped-file-error.ts';
import { Mapping } from './mapping.ts';
import { closeDescriptor } from './close-descriptor.ts';
import { checkSizeKept, type MapAccess, openFile, type OpenFile } from './open-file.ts';

/** Which part of a file is mapped, and what for. */
export interface MapFileOptions {
  /**
   * `'write'`, which is the default: what is written goes to the file, and what others write is seen. `'read'`: what others write is seen,
   * and the file is never written to: a write goes to a copy of that page, which is this mapping's own from then on.
   */
  readonly access?: MapAccess | undefined;
  /** Where the part begins: a multiple of 4096 bytes; 0 if left out. */
  readonly offset?: number | undefined;
  /** Bytes of the part, 1 or more: all up to the end of the file if left out. */
  readonly length?: number | undefined;
}

/**
 * Maps a file, or a part of it: on Linux, in Node with the package `koffi`, in Bun and Deno with what they have of their own. Also maps
 * character devices, whose size is not known: there `length` is needed and not checked.
 *
 * Throws a {@link MappedFileError}: `Unsupported`, also for more than 4 GiB at once in Bun; `SystemError` where there is no such file or it may not
 * be opened; `NotAFile` for directories, FIFOs and sockets; `WrongSize` where the file has no such part. A `RangeError` where `offset` is no
 * multiple of 4096 or `length` is no number of bytes, a `TypeError` where `access` is none.
 *
 * Addresses are never given back to the system, but used again for mappings of the same length. That a mapping for reading sees what others
 * write later is Linux's doing, on all of its file systems in memory or on disks; POSIX does not say.
 *
 * @example
 * ```ts
 * import { rmSync, writeFileSync } from 'node:fs';
 * import { IncomingRing, SingleMappedRingMem } from 'vmbus-ring';
 * import { mapFile } from 'vmbus-ring/node';
 *
 * const path = `/dev/shm/vmbus-ring-example-${process.pid}`;
 * writeFileSync(path, new Uint8Array(4096 + 8192)); // what some other program made: a control page and 8192 bytes of data
 * const mapped = mapFile(path);
 * const ring = new IncomingRing(new SingleMappedRingMem(mapped.bytes));
 * ring.read(ring.incoming()); // null: it is empty
 * mapped.close();
 * rmSync(path);
 * ```
 */
export function mapFile(path: string, options: MapFileOptions = {}): MappedFile {
  const { access = 'write', offset = 0, length } = options;
  if (access !== 'read' && access !== 'write')
    throw new TypeError(`access is 'read' or 'write', got ${String(access)}`);
  checkUnsigned('offset', offset, Number.MAX_SAFE_INTEGER);
  if (offset % PAGE_SIZE !== 0) throw new RangeError(`offset must be a multiple of ${PAGE_SIZE}, got ${offset}`);
  if (length !== undefined) checkUnsigned('length', length, Number.MAX_SAFE_INTEGER);
  if (length === 0) throw new RangeError('length must be 1 or more');
  // Before the file is touched: that it cannot be mapped here is what is to be said.
  nativeCalls();
  const file = openFile(path, access);
  try {
    const bytes = partLength(path, file, offset, length);
    const mapping = new Mapping(file.descriptor, offset, bytes, access === 'write', path);
    keepIfWhole(mapping, path, file);
    return new MappedFile(mapping, path, access, cannotShrink(file.descriptor));
  } finally {
    closeDescriptor(file.descriptor);
  }
}

function keepIfWhole(mapping: Mapping, path: string, file: OpenFile): void {
  try {
    checkSizeKept(path, file);
  } catch (error) {
    mapping.release();
    throw error;
  }
}

function partLength(path: string, { stats }: OpenFile, offset: number, length: number | undefined): number {
  if (length === undefined && !stats.isFile())
    throw new MappedFileError('WrongSize', path, 'say which length: it is a device');
  const part = length ?? stats.size - offset;
  if (part <= 0) throw new MappedFileError('WrongSize', path, `nothing of it lies behind byte ${offset}`);
  if (stats.isFile() && offset + part > stats.size) {
    throw new MappedFileError('WrongSize', path, `it has ${stats.size} bytes, ${offset + part} are needed`);
  }
  const { maximumViewBytes } = nativeCalls();
  if (part > maximumViewBytes) {
    throw new MappedFileError(
      'Unsupported',
      path,
      `${part} bytes at once, this runtime has ${maximumViewBytes} at most`,
    );
  }
  return part;
}

/**
 * A file in memory, shared with all who map it. Atomics work on it, across processes too, but for `wait` and `notify`: the buffer is a
 * plain ArrayBuffer. To use it in a worker, map the file there: a buffer that is posted is copied.
 *
 * **A file that is cut short while it is mapped ends the process** when what is gone is touched: nothing in JavaScript can stop that. Map files
 * that nobody else may write to, or sealed ones (`isSealed`).
 *
 * @example
 * ```ts
 * import { rmSync, writeFileSync } from 'node:fs';
 * import { mapFile } from 'vmbus-ring/node';
 *
 * const path = `/dev/shm/vmbus-ring-example-${process.pid}`;
 * writeFileSync(path, new Uint8Array(8192));
 * const ours = mapFile(path);
 * const watcher = mapFile(path, { access: 'read', offset: 4096 });
 * ours.bytes[4096] = 7;
 * watcher.bytes[0]; // 7
 * ours.close();
 * ours.bytes.length; // 0
 * watcher.close();
 * rmSync(path);
 * ```
 */
export class MappedFile {
  /** The mapped bytes. None of them are left once it is closed. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Bytes that were mapped. */
  readonly length: number;
  /** The file, as it was named. */
  readonly path: string;
  /** What it was mapped for. */
  readonly access: MapAccess;
  /** Whether the file is one that nobody can cut short: a memfd, sealed. */
  readonly isSealed: boolean;
  readonly #mapping: Mapping;

  /** Made by `mapFile`. @internal */
  constructor(mapping: Mapping, path: string, access: MapAccess, isSealed: boolean) {
    this.#mapping = mapping;
    this.bytes = new Uint8Array(mapping.buffer);
    this.length = mapping.length;
    this.path = path;
    this.access = access;
    this.isSealed = isSealed;
  }

  /**
   * Unmaps it. All views of the memory have no bytes from then on, and rings over it throw a `VmbusRingError` with code `InvalidRingMemory`.
   * A mapping that nobody closes goes with the last view of it.
   */
  close(): void {
    this.#mapping.close();
  }

  /** The same as `close`. */
  [Symbol.dispose](): void {
    this.close();
  }
}
