import { readdirSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  invalid,
  isMissing,
  quoted,
  readAttribute,
  readAttributeIfAny,
  readDecimal,
  readGuid,
  readHexadecimal,
} from './sysfs-file.ts';

/** The name of the driver, and of the UIO devices that it makes. */
const DRIVER = 'uio_hv_generic';

/** The kernel's own limit (`MAX_UIO_MAPS`). */
const MAXIMUM_MAPS = 5;

/** Relative ids are bits of half an interrupt page. */
const MAXIMUM_RELID = 2048 * 8 - 1;

/** Four groups of 32 bits in the monitor page. */
const MAXIMUM_MONITOR_ID = 127;

const MAXIMUM_DEVICE_NUMBER = 0xfffff;

/** One piece of a UIO device's memory, as sysfs tells of it. */
export interface UioMap {
  /** What the driver calls it: `txrx_rings`, `int_page`, `monitor_page`, `recv:GPADL` or `send:GPADL`. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** The byte of its first page at which it begins: 0 to 4095. */
  readonly offset: number;
}

/** A VMBus device that is bound to `uio_hv_generic`, as sysfs tells of it. */
export interface UioDeviceInfo {
  /** `uio0`. */
  readonly name: string;
  /** `/dev/uio0`. */
  readonly path: string;
  /** The GUID of this very device, in lower case. */
  readonly instanceId: string;
  /** The GUID of what it is: a network card, a disk controller, ... */
  readonly classId: string;
  /** The VMBus's number for the channel: 0 to 16,383. */
  readonly relid: number;
  /** Its bit in the monitor page, 0 to 127, or `null` where it is signalled without. */
  readonly monitorId: number | null;
  /** The number of the driver in the device node. */
  readonly major: number;
  /** Which device of the driver it is. */
  readonly minor: number;
  /** Map 0 first: that holds the rings. */
  readonly maps: readonly UioMap[];
}

/** Where sysfs is looked for. */
export interface UioSysfsOptions {
  /** Where sysfs is mounted: `/sys`. */
  readonly sysfs?: string;
}

/**
 * The VMBus devices of this (virtual) machine that are bound to the kernel's driver `uio_hv_generic`, by the names of their instances.
 * None where there is no VMBus. Any user may ask.
 *
 * Devices that come or go meanwhile may be missing. Throws a {@link UioError} with code `InvalidSysfs` where a file does not hold what the
 * kernel writes there.
 *
 * Source: Linux `Documentation/ABI/stable/sysfs-bus-vmbus`.
 *
 * @example
 * ```ts
 * import { listUioDevices } from 'vmbus-ring/node';
 *
 * for (const { path, classId, maps } of listUioDevices()) {
 *   console.log(path, classId, `${(maps[0]?.size ?? 0) / 2} bytes a ring`);
 * }
 * ```
 */
export function listUioDevices(options: UioSysfsOptions = {}): UioDeviceInfo[] {
  const devices = join(options.sysfs ?? '/sys', 'bus/vmbus/devices');
  return entriesOf(devices)
    .toSorted()
    .map((entry) => readDeviceIfAny(join(devices, entry)))
    .filter((info) => info !== null);
}

function readDeviceIfAny(folder: string): UioDeviceInfo | null {
  try {
    return readDevice(folder);
  } catch (error) {
    // It was unbound, or went away, between two files.
    if (isMissing(error)) return null;
    throw error;
  }
}

function readDevice(folder: string): UioDeviceInfo | null {
  if (basename(readlinkSync(join(folder, 'driver'))) !== DRIVER) return null;
  const names = entriesOf(join(folder, 'uio'));
  const [name] = names;
  if (name === undefined) return null;
  if (names.length > 1 || !isUioName(name)) throw invalid(join(folder, 'uio'), quoted(names.join(' ')));
  const uio = join(folder, 'uio', name);
  const driver = readAttribute(join(uio, 'name'));
  if (driver !== DRIVER) throw invalid(join(uio, 'name'), quoted(driver));
  const [major, minor] = readDeviceNumber(join(uio, 'dev'));
  return {
    name,
    path: `/dev/${name}`,
    instanceId: readGuid(join(folder, 'device_id')),
    classId: readGuid(join(folder, 'class_id')),
    relid: readDecimal(join(folder, 'id'), MAXIMUM_RELID),
    monitorId: readMonitorId(join(folder, 'monitor_id')),
    major,
    minor,
    maps: readMaps(join(uio, 'maps')),
  };
}

/** Whether `name` is what the kernel calls a UIO device. */
export function isUioName(name: string): boolean {
  return /^uio\d{1,7}$/.test(name);
}

/** The kernel hides the file where the monitor page is not used. */
function readMonitorId(path: string): number | null {
  return readAttributeIfAny(path) === null ? null : readDecimal(path, MAXIMUM_MONITOR_ID);
}

function readDeviceNumber(path: string): [major: number, minor: number] {
  const text = readAttribute(path);
  const numbers = /^(\d{1,7}):(\d{1,7})$/.exec(text)?.slice(1).map(Number) ?? [];
  const [major, minor] = numbers;
  if (major === undefined || minor === undefined || Math.max(major, minor) > MAXIMUM_DEVICE_NUMBER) {
    throw invalid(path, `${quoted(text)} is no device number`);
  }
  return [major, minor];
}

/** Maps are numbered from 0 without gaps: the kernel ends at the first one without a size. */
function readMaps(folder: string): UioMap[] {
  const names = entriesOf(folder).toSorted();
  if (names.length > MAXIMUM_MAPS) throw invalid(folder, `${names.length} maps`);
  return names.map((name, i) => {
    if (name !== `map${i}`) throw invalid(folder, quoted(names.join(' ')));
    return {
      name: readAttribute(join(folder, name, 'name')),
      size: readHexadecimal(join(folder, name, 'size'), Number.MAX_SAFE_INTEGER),
      offset: readHexadecimal(join(folder, name, 'offset'), Number.MAX_SAFE_INTEGER),
    };
  });
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
