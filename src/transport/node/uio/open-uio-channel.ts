import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Channel } from '../../../channel/channel.ts';
import { PAGE_SIZE } from '../../../wire/page.ts';
import { mapFile } from '../mapping/mapped-file.ts';
import { connectUioDevice } from './connect-device.ts';
import { isUioName, listUioDevices, type UioDeviceInfo, type UioSysfsOptions } from './uio-devices.ts';
import { UioError } from './uio-error.ts';
import { UioFile } from './uio-file.ts';

/** How a UIO device is opened. */
export interface UioChannelOptions extends UioSysfsOptions {
  /**
   * How the host is signalled: `'monitor'`, by bits in memory at which the hypervisor looks every now and then; or `'write'`, by writing to the device,
   * which the kernel takes for a signal only where there is no monitor page. Left out: by what sysfs says of the device.
   */
  readonly signalBy?: 'monitor' | 'write' | undefined;
}

/**
 * Opens the channel of a VMBus device that is bound to `uio_hv_generic`, as the guest's end: `path` is `/dev/uio0` or so, or a link of
 * that name. The kernel opens the channel on the host with the first descriptor, and closes it with the last. **Tested against a
 * stand-in only; it has not met Hyper-V.**
 *
 * All that the device and sysfs say is checked first. Throws
 *
 * - a {@link UioError};
 * - what `mapFile` throws;
 * - Node's errors where the system refuses: `EACCES` if only root may open the node, `ENOENT`, `EBUSY`;
 * - a `VmbusRingError` with code `InvalidRingPointer` where `in` or `out` of a ring is corrupt;
 * - a `TypeError` where the arguments are none.
 *
 * A device that the host rescinds, or that somebody unbinds, closes the channel: all that waits fails with a `ChannelError` of code
 * `PeerDied`, and so does all that comes later. What is in the rings is lost, since the kernel takes the memory back.
 *
 * While something waits, asynchronously, a thread of Node's pool polls the device.
 *
 * Source: Linux `drivers/uio/uio_hv_generic.c`, DPDK `drivers/bus/vmbus`.
 *
 * @example
 * ```ts
 * import { Queue } from 'vmbus-ring';
 * import { listUioDevices, openUioChannel } from 'vmbus-ring/node';
 *
 * const HEARTBEAT = '57164f39-9115-4e78-ab55-382f3bd5422d';
 * const device = listUioDevices().find(({ classId }) => classId === HEARTBEAT);
 * if (device !== undefined) {
 *   const queue = new Queue(openUioChannel(device.path));
 *   const packet = await queue.read();
 *   console.log(packet.readAll());
 *   queue.channel.close();
 * }
 * ```
 */
export function openUioChannel(path: string, options: UioChannelOptions = {}): Channel {
  const { signalBy } = options;
  if (typeof path !== 'string') throw new TypeError('path must be a string');
  if (signalBy !== undefined && signalBy !== 'monitor' && signalBy !== 'write') {
    throw new TypeError(`signalBy is 'monitor' or 'write', got ${String(signalBy)}`);
  }
  const name = basename(path);
  if (!isUioName(name)) throw new UioError('NotTheDevice', `${path} is not called uio and a number`);
  // Opening something else may do anything.
  if (!statSync(path).isCharacterDevice()) throw new UioError('NotTheDevice', `${path} is no character device`);
  const info = findDevice(name, options);
  if (signalBy === 'monitor' && info.monitorId === null) {
    throw new TypeError(`signalBy is 'monitor', and ${name} has no monitor id`);
  }
  checkPageSize();
  return connectUioDevice(openNode(path, info), info, signalBy !== 'write' && info.monitorId !== null);
}

function findDevice(name: string, options: UioSysfsOptions): UioDeviceInfo {
  const info = listUioDevices(options).find((device) => device.name === name);
  if (info === undefined) throw new UioError('NoSuchDevice', name);
  return info;
}

function openNode(path: string, info: UioDeviceInfo): UioFile {
  const descriptor = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  try {
    checkNumber(path, fstatSync(descriptor), info);
    // UIO takes the offset for the number of the map.
    return new UioFile(descriptor, (index, length) => mapFile(path, { offset: index * PAGE_SIZE, length }));
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** Linux has 12 bits of the major number from bit 8 on, and 8 and 12 bits of the minor one around them. */
function checkNumber(path: string, { rdev }: Stats, info: UioDeviceInfo): void {
  const major = (rdev >>> 8) & 0xfff;
  const minor = (rdev & 0xff) | ((rdev >>> 12) & 0xfff00);
  if (major === info.major && minor === info.minor) return;
  const detail = `${path} is ${major}:${minor}, sysfs says ${info.major}:${info.minor}`;
  throw new UioError('NotTheDevice', detail);
}

/** The control page of a ring is one page of the guest's kernel, which on some machines has 64 KiB. */
function checkPageSize(): void {
  const AT_PAGESZ = 6n;
  const auxv = readFileSync('/proc/self/auxv');
  const entries = new BigUint64Array(auxv.buffer.slice(auxv.byteOffset, auxv.byteOffset + (auxv.length & ~15)));
  for (let i = 0; i < entries.length; i += 2) {
    if (entries[i] !== AT_PAGESZ || entries[i + 1] === BigInt(PAGE_SIZE)) continue;
    throw new UioError('UnsupportedPageSize', `they have ${entries[i + 1]}`);
  }
}
