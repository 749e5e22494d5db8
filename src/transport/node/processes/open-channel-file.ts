import { readSync } from 'node:fs';
import type { Channel } from '../../../channel/channel.ts';
import type { RingSizes } from '../../../channel/connected.ts';
import { END_UNOPENED } from '../../../channel/signal.ts';
import { SingleMappedRingMem } from '../../../memory/single-mapped-ring-mem.ts';
import { inspectRing } from '../../../ring/inspect-ring.ts';
import { PAGE_SIZE } from '../../../wire/page.ts';
import { type ChannelFileHeader, readChannelHeader } from '../../channel-file/header.ts';
import { checkIndices } from '../../check-indices.ts';
import { HEADER_WORDS, WORD_STATE } from '../../channel-file/layout.ts';
import { channelBytes, type ChannelSizes, ringOffset } from '../../channel-layout.ts';
import { nativeCalls } from '../ffi/native-calls.ts';
import { closeDescriptor } from '../mapping/close-descriptor.ts';
import { MappedFileError } from '../mapping/mapped-file-error.ts';
import { Mapping } from '../mapping/mapping.ts';
import { checkSizeKept, type FollowedLinks, openFile, type OpenFile } from '../mapping/open-file.ts';
import { systemOf } from '../mapping/system-error.ts';
import { createChannelFile } from './create-channel-file.ts';
import { EndLocks } from './end-locks.ts';
import { FileSignal } from './file-signal.ts';
import { takeOver } from './take-over.ts';

/** How an end of a channel in a file is opened. */
export interface OpenChannelFileOptions {
  /** Which end: 0, which writes the first ring, or 1. */
  readonly end: 0 | 1;
  /** Makes the file, with rings of this size, where there is none. An existing one is taken as it is. */
  readonly create?: RingSizes | undefined;
  /**
   * Waits go on when the peer closes its end or dies, until another process takes that end; writes go on until the ring is full. If left out,
   * they fail with a `ChannelError` of code `PeerClosed` or `PeerDied` while nobody has it.
   */
  readonly outlivesPeer?: boolean | undefined;
  /**
   * Takes a file that belongs to another user, or that others may write to, or that is a link which another user made: whoever may write to it can
   * end this process by cutting it short.
   */
  readonly anyOwner?: boolean | undefined;
}

/**
 * Opens an end of a channel in a file, for this process alone, until it is closed or the process ends, in whatever way: the kernel holds
 * a lock for it. The other end may be opened before or after, by another process, another thread, or this one.
 *
 * Where the process that had this end before was killed, this one goes on where that was: what it had published is there, what it had
 * not is not; packets that it had read and not given back are read again. Nothing is lost, and nothing skipped.
 *
 * A file that both ends have left with nothing in the rings is as good as new: the peer is one that is still to come.
 *
 * Throws a `MappedFileError`: `InUse` where somebody has this end (known after 5 s at most, where somebody looks at it all the time);
 * `NotAChannel`, `WrongVersion`, `WrongSize`, `NotAFile`, `WrongOwner` where the file is not what it has to be; `SystemError` (`EACCES` where it may not
 * be opened); `Unsupported`; with `create`, what `createChannelFile` throws but `Exists`. A `VmbusRingError` where a ring's indices are corrupt. A
 * `TypeError` where `end` is none. Nothing is written then.
 *
 * @example
 * ```ts
 * import { rmSync } from 'node:fs';
 * import { MessagePipe } from 'vmbus-ring';
 * import { MappedFileError, openChannelFile } from 'vmbus-ring/node';
 *
 * const path = `/dev/shm/vmbus-ring-example-${process.pid}`;
 * const create = { ringBytes: 65536 }; // whoever comes first makes the file
 * const pipe = new MessagePipe(openChannelFile(path, { end: 0, create }));
 * try {
 *   openChannelFile(path, { end: 0, create });
 * } catch (error) {
 *   if (!(error instanceof MappedFileError)) throw error;
 *   error.code; // 'InUse'
 * }
 * pipe.close();
 * rmSync(path);
 * ```
 */
export function openChannelFile(path: string, options: OpenChannelFileOptions): Channel {
  const { end, create, outlivesPeer = false, anyOwner = false } = options;
  if (end !== 0 && end !== 1) throw new TypeError(`end is 0 or 1, got ${String(end)}`);
  nativeCalls();
  const links = anyOwner ? 'all' : 'own';
  const file = create === undefined ? openFile(path, 'write', links) : openOrCreate(path, create, links);
  try {
    if (!anyOwner) checkOwner(path, file);
    const header = checkHeader(path, file);
    return openEnd(path, file, header, end, outlivesPeer);
  } finally {
    closeDescriptor(file.descriptor);
  }
}

/** How often a file is made that is there when it is made, and is gone when it is opened. */
const CREATE_TRIES = 8;

function openOrCreate(path: string, sizes: RingSizes, links: FollowedLinks): OpenFile {
  for (let i = 0; ; i++) {
    try {
      return openFile(path, 'write', links);
    } catch (error) {
      if (!(error instanceof MappedFileError) || error.errno !== 'ENOENT' || i === CREATE_TRIES) throw error;
    }
    try {
      createChannelFile(path, sizes);
    } catch (error) {
      // Somebody else has made it meanwhile.
      if (!(error instanceof MappedFileError) || error.code !== 'Exists') throw error;
    }
  }
}

function checkOwner(path: string, { stats }: OpenFile): void {
  const user = process.geteuid?.();
  if (stats.uid !== user) {
    throw new MappedFileError('WrongOwner', path, `it belongs to user ${stats.uid}, this is ${user}`);
  }
  const mode = stats.mode & 0o777;
  if ((mode & 0o022) !== 0) throw new MappedFileError('WrongOwner', path, `its mode is 0${mode.toString(8)}`);
}

function checkHeader(path: string, { descriptor, stats }: OpenFile): ChannelFileHeader {
  const page = new Uint8Array(PAGE_SIZE);
  const length = stats.isFile() ? systemOf(path, () => readSync(descriptor, page, 0, PAGE_SIZE, 0)) : 0;
  const header = readChannelHeader(page.subarray(0, length), stats.size);
  if ('problem' in header) throw new MappedFileError(header.problem, path, header.detail);
  return header;
}

function openEnd(path: string, file: OpenFile, header: ChannelFileHeader, end: 0 | 1, outlivesPeer: boolean): Channel {
  const { sizes, ends } = header;
  const locks = new EndLocks(file.descriptor, path);
  const mappings: Mapping[] = [];
  // The page is mapped by itself: nobody else gets a view of it, and can move it away.
  const map = (offset: number, length: number): Mapping => {
    const mapping = new Mapping(file.descriptor, offset, length, true, path);
    mappings.push(mapping);
    return mapping;
  };
  let signal: FileSignal | null = null;
  try {
    if (!locks.take(end)) throw new MappedFileError('InUse', path, `end ${end}, by process ${ends[end].process}`);
    const page = map(0, PAGE_SIZE);
    const data = map(PAGE_SIZE, channelBytes(sizes) - PAGE_SIZE);
    checkSizeKept(path, file);
    const rings = openRings(data, sizes);
    if (rings.every(isEmpty)) locks.whileFree(end === 0 ? 1 : 0, () => beginAnew(page, end));
    signal = new FileSignal(page, end, outlivesPeer, locks, () => release(locks, mappings));
    return takeOver({ words: new Int32Array(page.buffer, 0, HEADER_WORDS), rings, end, signal });
  } catch (error) {
    if (signal === null) release(locks, mappings);
    else signal.abandon();
    throw error;
  }
}

function release(locks: EndLocks, mappings: readonly Mapping[]): void {
  locks.release();
  for (const mapping of mappings) mapping.release();
}

function openRings(mapping: Mapping, sizes: ChannelSizes): SingleMappedRingMem[] {
  return ([0, 1] as const).map((ring) => {
    const at = ringOffset(ring, sizes) - PAGE_SIZE;
    const memory = new SingleMappedRingMem(new Uint8Array(mapping.buffer, at, PAGE_SIZE + sizes[ring]));
    checkIndices(memory, `ring ${ring}`);
    return memory;
  });
}

function isEmpty(ring: SingleMappedRingMem): boolean {
  const { in: inPointer, out } = inspectRing(ring.control());
  return inPointer === out;
}

/** What both ends have left, with nothing in it, is as good as new: that the peer was here before is no news. */
function beginAnew(page: Mapping, end: 0 | 1): void {
  const states = new Int32Array(page.buffer, 4 * WORD_STATE, 2);
  if (Atomics.load(states, end) !== END_UNOPENED) Atomics.store(states, 1 - end, END_UNOPENED);
}
