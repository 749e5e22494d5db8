import { fchmodSync, writeSync } from 'node:fs';
import { type RingSizes, ringSizes } from '../../../channel/connected.ts';
import { checkRingLength } from '../../../memory/layout-check.ts';
import { CONTROL_FEATURE_BITS, FEATURE_SUPPORTS_PENDING_SEND_SIZE } from '../../../wire/control-page.ts';
import { createChannelHeader } from '../../channel-file/header.ts';
import { channelBytes, type ChannelSizes, ringOffset } from '../../channel-layout.ts';
import { allocateFile, createMemoryFile, sealSize } from '../ffi/files.ts';
import { nativeCalls } from '../ffi/native-calls.ts';
import { createFile, OWNER_ONLY } from '../mapping/create-file.ts';
import { closeDescriptor } from '../mapping/close-descriptor.ts';
import { systemOf } from '../mapping/system-error.ts';

/**
 * Makes the file of a channel between processes, at `path`, which must be free: under `/dev/shm`, where files are memory, or on any
 * file system that has locks. Both ends are unopened; open them with `openChannelFile`. The file stays until somebody
 * removes it.
 *
 * All of it is there at once, allocated and with mode 0600, or nothing. Throws a `MappedFileError`: `Exists`; `NoSpace` where the file
 * system is full; `SystemError`; `Unsupported`. A `VmbusRingError` where the sizes are none that rings have.
 *
 * @example
 * ```ts
 * import { rmSync } from 'node:fs';
 * import { Queue } from 'vmbus-ring';
 * import { createChannelFile, openChannelFile } from 'vmbus-ring/node';
 *
 * const path = `/dev/shm/vmbus-ring-example-${process.pid}`;
 * createChannelFile(path, { ringBytes: 65536 });
 * const queue = new Queue(openChannelFile(path, { end: 0 }));
 * await queue.write(Uint8Array.of(1, 2, 3));
 *
 * // In another process, now or later; here in the same one.
 * const peer = new Queue(openChannelFile(path, { end: 1 }));
 * (await peer.read()).readAll()[2]; // 3
 * queue.close();
 * peer.close();
 * rmSync(path);
 * ```
 */
export function createChannelFile(path: string, options: RingSizes): void {
  const sizes = checkedSizes(options);
  nativeCalls();
  createFile(path, (descriptor) => layOut(descriptor, sizes, path));
}

/**
 * A channel in a file that has no name, and that nobody can cut short: see {@link createSealedChannelFile}.
 *
 * @example
 * ```ts
 * import { createSealedChannelFile, openChannelFile } from 'vmbus-ring/node';
 *
 * const file = createSealedChannelFile({ ringBytes: [4096, 65536] });
 * const channel = openChannelFile(file.path, { end: 0 });
 * file.close();
 * channel.close();
 * ```
 */
export interface SealedChannelFile {
  /** Where processes of the same user find it, for `openChannelFile`, while this process has it: below `/proc`. */
  readonly path: string;
  /** Lets it go. It stays for those who have opened an end, and goes with the last of them. */
  close(): void;
}

/**
 * The same as {@link createChannelFile} in memory that has no name (a memfd) and is sealed: nobody who opens it can cut it short, which
 * would end the processes that have it mapped. Opening it needs this process to be there; those who have opened it don't need it
 * any more. Throws as that does, but for `Exists`.
 *
 * @example
 * ```ts
 * import { Queue } from 'vmbus-ring';
 * import { createSealedChannelFile, openChannelFile } from 'vmbus-ring/node';
 *
 * const file = createSealedChannelFile({ ringBytes: 65536 });
 * const queue = new Queue(openChannelFile(file.path, { end: 0 }));
 * const peer = new Queue(openChannelFile(file.path, { end: 1 })); // in another process, which was told the path
 * file.close();
 * await queue.write(Uint8Array.of(1, 2, 3));
 * (await peer.read()).readAll()[2]; // 3
 * queue.close();
 * peer.close();
 * ```
 */
export function createSealedChannelFile(options: RingSizes): SealedChannelFile {
  const sizes = checkedSizes(options);
  const descriptor = createMemoryFile('vmbus-ring');
  const path = `/proc/${process.pid}/fd/${descriptor}`;
  try {
    systemOf(path, () => fchmodSync(descriptor, OWNER_ONLY));
    layOut(descriptor, sizes, path);
    sealSize(descriptor, path);
  } catch (error) {
    closeDescriptor(descriptor);
    throw error;
  }
  let isOpen = true;
  return {
    path,
    close: () => {
      if (isOpen) closeDescriptor(descriptor);
      isOpen = false;
    },
  };
}

function checkedSizes(options: RingSizes): ChannelSizes {
  const sizes = ringSizes(options);
  for (const bytes of sizes) checkRingLength(bytes);
  return sizes;
}

/** Both sides will signal a writer that waits for room: who opens an end first need not look by time. */
function layOut(descriptor: number, sizes: ChannelSizes, path: string): void {
  allocateFile(descriptor, channelBytes(sizes), path);
  const features = new Uint8Array(Uint32Array.of(FEATURE_SUPPORTS_PENDING_SEND_SIZE).buffer);
  for (const end of [0, 1] as const) {
    const at = ringOffset(end, sizes) + 4 * CONTROL_FEATURE_BITS;
    systemOf(path, () => writeSync(descriptor, features, 0, 4, at));
  }
  systemOf(path, () => writeSync(descriptor, createChannelHeader(sizes), 0, undefined, 0));
}
