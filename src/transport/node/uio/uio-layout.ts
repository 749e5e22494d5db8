import { SingleMappedRingMem } from '../../../memory/single-mapped-ring-mem.ts';
import { inspectRing } from '../../../ring/inspect-ring.ts';
import { FEATURE_SUPPORTS_PENDING_SEND_SIZE } from '../../../wire/control-page.ts';
import { MAXIMUM_RING_SIZE, PAGE_SIZE } from '../../../wire/page.ts';
import { checkIndices } from '../../check-indices.ts';
import type { UioDeviceInfo, UioMap } from './uio-devices.ts';
import { quoted } from './sysfs-file.ts';
import { UioError } from './uio-error.ts';

/** The maps of `uio_hv_generic` that a channel needs. */
export const RING_MAP = 0;
export const INTERRUPT_PAGE_MAP = 1;
export const MONITOR_PAGE_MAP = 2;

const MAP_NAMES = ['txrx_rings', 'int_page', 'monitor_page'] as const;

/** The two rings of map 0: the kernel makes both of one size, the one that the guest writes first. */
export interface UioRings {
  readonly outgoing: SingleMappedRingMem;
  readonly incoming: SingleMappedRingMem;
}

/** Bytes of map 0. Throws a {@link UioError} unless it is one that holds two rings. */
export function ringMapSize(info: UioDeviceInfo): number {
  const { size } = checkedMap(info, RING_MAP);
  const ringBytes = size / 2;
  if (ringBytes % PAGE_SIZE !== 0) throw invalidMap(RING_MAP, `${size} bytes are no two halves of whole pages`);
  if (ringBytes < 2 * PAGE_SIZE) {
    throw invalidMap(RING_MAP, `${size} bytes, two rings have a control and a data page each`);
  }
  if (ringBytes - PAGE_SIZE > MAXIMUM_RING_SIZE) throw invalidMap(RING_MAP, `${size} bytes are too many`);
  return size;
}

/** Throws a {@link UioError} unless there are the pages by which a monitored channel signals the host. */
export function checkMonitorMaps(info: UioDeviceInfo): void {
  for (const index of [INTERRUPT_PAGE_MAP, MONITOR_PAGE_MAP]) {
    const { size } = checkedMap(info, index);
    if (size !== PAGE_SIZE) throw invalidMap(index, `${size} bytes instead of a page`);
  }
}

/** The two halves. Throws a `VmbusRingError` or a {@link UioError} unless their control pages are those of rings. */
export function splitRings(bytes: Uint8Array<ArrayBuffer>): UioRings {
  const half = bytes.length / 2;
  const rings = {
    outgoing: new SingleMappedRingMem(bytes.subarray(0, half)),
    incoming: new SingleMappedRingMem(bytes.subarray(half)),
  };
  for (const [name, ring] of Object.entries(rings)) checkIndices(ring, `the ${name} ring`);
  const { featureBits } = inspectRing(rings.outgoing.control());
  // The kernel wrote this one a moment ago. The host's may hold bits that are not known yet.
  if ((featureBits & ~FEATURE_SUPPORTS_PENDING_SEND_SIZE) !== 0) {
    throw invalidMap(RING_MAP, `the feature bits of the outgoing ring are 0x${featureBits.toString(16)}`);
  }
  return rings;
}

/**
 * Looks at each page. Pages that nobody has touched may be brought in when they are first touched; that of a device that is gone by
 * then would end the process.
 */
export function touchPages(bytes: Uint8Array<ArrayBuffer>): void {
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  for (let at = 0; at < words.length; at += PAGE_SIZE / 4) Atomics.load(words, at);
}

function checkedMap({ maps }: UioDeviceInfo, index: number): UioMap {
  const map = maps[index];
  if (map === undefined) throw invalidMap(index, 'there is none');
  const name = MAP_NAMES[index];
  if (map.name !== name) throw invalidMap(index, `it is called ${quoted(map.name)}, not ${String(name)}`);
  if (map.offset !== 0) throw invalidMap(index, `it begins at byte ${map.offset} of a page`);
  return map;
}

/** An error that says what is wrong with map `index`. */
export function invalidMap(index: number, detail: string): UioError {
  return new UioError('InvalidMap', `map ${index}: ${detail}`);
}
