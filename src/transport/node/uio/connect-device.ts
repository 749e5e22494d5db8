import { Channel } from '../../../channel/channel.ts';
import { PAGE_SIZE } from '../../../wire/page.ts';
import { doorbellByMonitor, doorbellByWrite, type HostDoorbell } from './host-doorbell.ts';
import type { UioDevice, UioMapping } from './uio-device.ts';
import type { UioDeviceInfo } from './uio-devices.ts';
import {
  checkMonitorMaps,
  INTERRUPT_PAGE_MAP,
  invalidMap,
  MONITOR_PAGE_MAP,
  RING_MAP,
  ringMapSize,
  splitRings,
  touchPages,
  type UioRings,
} from './uio-layout.ts';
import { UioSignal } from './uio-signal.ts';

/** The maps of one device, given up together. */
class UioMemory {
  readonly #device: UioDevice;
  readonly #mappings: UioMapping[] = [];

  constructor(device: UioDevice) {
    this.#device = device;
  }

  map(index: number, length: number): Uint8Array<ArrayBuffer> {
    const mapping = this.#device.map(index, length);
    this.#mappings.push(mapping);
    const { bytes } = mapping;
    if (bytes.length !== length) throw invalidMap(index, `${bytes.length} bytes were mapped, sysfs says ${length}`);
    touchPages(bytes);
    return bytes;
  }

  close(): void {
    for (const mapping of this.#mappings.splice(0)) mapping.close();
  }
}

/**
 * A channel over a device that is open, and that `info` tells of. The device is the channel's from then on, and is closed where this
 * throws. `isMonitored`: whether the host looks at the monitor page.
 */
export function connectUioDevice(device: UioDevice, info: UioDeviceInfo, isMonitored: boolean): Channel {
  const memory = new UioMemory(device);
  try {
    const ringBytes = ringMapSize(info);
    if (isMonitored) checkMonitorMaps(info);
    const rings = splitRings(memory.map(RING_MAP, ringBytes));
    const doorbell = openDoorbell(device, memory, info, isMonitored);
    return openChannel(device, memory, doorbell, rings);
  } catch (error) {
    memory.close();
    device.close();
    throw error;
  }
}

function openDoorbell(
  device: UioDevice,
  memory: UioMemory,
  { relid, monitorId }: UioDeviceInfo,
  isMonitored: boolean,
): HostDoorbell {
  if (!isMonitored || monitorId === null) return doorbellByWrite(device);
  const interruptPage = memory.map(INTERRUPT_PAGE_MAP, PAGE_SIZE);
  return doorbellByMonitor(interruptPage, memory.map(MONITOR_PAGE_MAP, PAGE_SIZE), relid, monitorId);
}

function openChannel(device: UioDevice, memory: UioMemory, doorbell: HostDoorbell, rings: UioRings): Channel {
  const signal: UioSignal = new UioSignal(device, doorbell, {
    // The kernel is about to take the pages for something else, mapped or not: nobody may touch them any more.
    onGone: (error) => void channel.fail(error),
    onClosed: () => device.close(),
    onClosing: () => memory.close(),
  });
  const channel: Channel = newChannel({ ...rings, signal });
  return channel;
}

function newChannel(parts: UioRings & { readonly signal: UioSignal }): Channel {
  try {
    return new Channel(parts);
  } catch (error) {
    // The host has spoilt a pointer since it was checked.
    parts.signal.close();
    throw error;
  }
}
