import type { UioDevice } from './uio-device.ts';

/**
 * ```text
 *   interrupt page      0  events for the guest, a bit for each channel
 *                    2048  events for the host, likewise by relative id
 *   monitor page        0  state
 *                       8  4 groups of { pending: 32 bits, armed: 32 bits }; a bit for each monitored channel
 * ```
 */
const HOST_EVENTS_WORD = 2048 / 4;
const FIRST_PENDING_WORD = 8 / 4;
const WORDS_A_GROUP = 2;

/** How the host is told that there is something in the ring, or room in its own. */
export interface HostDoorbell {
  /** Everything published before is visible to whom it wakes. Throws where the device is gone, if it can tell. */
  ring(): void;
}

/** The way of devices that have no bit in the monitor page: the kernel makes the hypercall. */
export function doorbellByWrite(device: UioDevice): HostDoorbell {
  return { ring: () => device.write(1) };
}

/**
 * The way of all others: the hypervisor looks at the monitor page every now and then, some 100 us later. No system call. A write to
 * the device would not signal the host then. Source: Linux `vmbus_setevent`, which sets both bits.
 */
export function doorbellByMonitor(
  interruptPage: Uint8Array<ArrayBuffer>,
  monitorPage: Uint8Array<ArrayBuffer>,
  relid: number,
  monitorId: number,
): HostDoorbell {
  const events = wordsOf(interruptPage);
  const monitor = wordsOf(monitorPage);
  const eventWord = HOST_EVENTS_WORD + (relid >>> 5);
  const pendingWord = FIRST_PENDING_WORD + (monitorId >>> 5) * WORDS_A_GROUP;
  return {
    ring: () => {
      Atomics.or(events, eventWord, 1 << (relid & 31));
      Atomics.or(monitor, pendingWord, 1 << (monitorId & 31));
    },
  };
}

function wordsOf(page: Uint8Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  return new Int32Array(page.buffer, page.byteOffset, page.length / 4);
}
