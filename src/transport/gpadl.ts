import { Channel } from '../channel/channel.ts';
import type { SavedChannel } from '../channel/saved-channel.ts';
import type { Signal } from '../channel/signal.ts';
import type { GuestMemory } from '../gpa/guest-memory.ts';
import { checkRingLength } from '../memory/layout-check.ts';
import { PagedRingMem } from '../memory/paged-ring-mem.ts';
import { PAGE_SIZE } from '../wire/page.ts';
import { VmbusRingError } from '../wire/ring-error.ts';
import { checkUnsigned } from '../wire/unsigned.ts';
import { checkIndices } from './check-indices.ts';

/** A channel as its GPADL describes it: a list of guest pages that hold both rings. */
export interface GpadlChannelOptions {
  /** The guest's memory. */
  readonly memory: GuestMemory;
  /**
   * Guest page numbers, as the GPADL lists them: the control page and the data pages of the ring that the guest writes, then the
   * control page and the data pages of the ring that the host writes.
   */
  readonly pages: readonly bigint[] | BigUint64Array;
  /** The index in `pages` at which the second ring begins: 2 or more. (What the guest calls the downstream ring's offset.) */
  readonly secondRingPage: number;
  /** Which end this is. */
  readonly side: 'host' | 'guest';
  /** What carries signals to the other side and from it. */
  readonly signal: Signal;
  /** Where this end was when it was saved, to go on from there. A new end if left out. */
  readonly saved?: SavedChannel;
}

/**
 * Opens one end of a channel whose rings lie in guest memory. Page numbers and indices mostly come from the guest, so all is checked
 * before a byte is written. Throws
 *
 * - a `VmbusRingError`: `InvalidRingMemory` where a ring has no control page or no data page, or a page is named twice;
 *   `RingTooLarge`; `InvalidRingPointer` where `in` or `out` of a ring is corrupt;
 * - a `GuestMemoryError` where the guest does not have a page, or it lies in two regions;
 * - a `RangeError` where a page does not lie at a multiple of 8 bytes in its buffer, or `secondRingPage` is no integer;
 * - a `TypeError` where the arguments are none;
 * - what `Channel.restore` throws, where `saved` is not of this channel.
 *
 * The guest can change everything in these pages at any time; who reads the rings checks all of it. Which pages they are
 * it cannot change: the list is copied.
 *
 * Source: OpenVMM `vmbus_channel::gpadl_ring::gpadl_channel`.
 *
 * @example
 * ```ts
 * import { createSignals, GuestMemory, openGpadlChannel, Queue } from 'vmbus-ring';
 *
 * const memory = GuestMemory.of(new SharedArrayBuffer(1 << 20));
 * const pages = [20n, 7n, 91n, 33n, 90n, 8n, 14n]; // two data pages to the host, three to the guest
 * const [toGuest, toHost] = createSignals();
 * const gpadl = { memory, pages, secondRingPage: 3 };
 * const guest = new Queue(openGpadlChannel({ ...gpadl, side: 'guest', signal: toHost }));
 * const host = new Queue(openGpadlChannel({ ...gpadl, side: 'host', signal: toGuest }));
 *
 * guest.capacity; // 8184
 * host.capacity; // 12280
 * guest.tryWrite(Uint8Array.of(5)); // true
 * (await host.read()).readAll()[0]; // 5
 * ```
 */
export function openGpadlChannel(options: GpadlChannelOptions): Channel {
  const { memory, secondRingPage, side, signal, saved } = options;
  if (side !== 'host' && side !== 'guest') throw new TypeError(`side is 'host' or 'guest', got ${String(side)}`);
  const pages = toPageNumbers(options.pages);
  checkUnsigned('secondRingPage', secondRingPage);
  checkPages(pages, secondRingPage);
  const fromGuest = openRing(memory, pages.slice(0, secondRingPage), 'the first ring');
  const fromHost = openRing(memory, pages.slice(secondRingPage), 'the second ring');
  const [incoming, outgoing] = side === 'host' ? [fromGuest, fromHost] : [fromHost, fromGuest];
  const parts = { incoming, outgoing, signal };
  return saved === undefined ? new Channel(parts) : Channel.restore(parts, saved);
}

/** A copy: what the caller does to his list does not move a page. */
function toPageNumbers(pages: readonly bigint[] | BigUint64Array): readonly bigint[] {
  if (!Array.isArray(pages) && !(pages instanceof BigUint64Array))
    throw new TypeError('pages must be an array of bigint');
  const list: readonly bigint[] = Array.from(pages);
  for (const page of list) if (typeof page !== 'bigint') throw new TypeError('a page number is a bigint');
  return list;
}

function checkPages(pages: readonly bigint[], secondRingPage: number): void {
  const counts = [secondRingPage, pages.length - secondRingPage];
  for (const [i, count] of counts.entries()) {
    if (count < 2) {
      const detail = `ring ${i} of the GPADL has ${Math.max(count, 0)} pages, a control and a data page are needed`;
      throw new VmbusRingError('InvalidRingMemory', null, detail);
    }
    checkRingLength((count - 1) * PAGE_SIZE);
  }
  const seen = new Set<bigint>();
  for (const page of pages) {
    if (seen.has(page))
      throw new VmbusRingError('InvalidRingMemory', null, `page 0x${page.toString(16)} is named twice`);
    seen.add(page);
  }
}

function openRing(memory: GuestMemory, pages: readonly bigint[], name: string): PagedRingMem {
  const ring = new PagedRingMem(memory.ringPages(pages));
  checkIndices(ring, name);
  return ring;
}
