import {
  createSignalPair,
  GuestMemory,
  openGpadlChannel,
  openSignal,
  PAGE_SIZE,
  PagedRingMem,
  Queue,
  type SignalHandle,
} from '../../index.ts';
import type { DemoOptions } from './options.ts';

/** Where the upper half of the guest's memory begins: above the hole that a PC has below 4 GiB. */
const HIGH_MEMORY_GPA = 0x1_0000_0000;

const MINIMUM_RAM_BYTES = 16 << 20;

export type Side = 'guest' | 'host';

/** What a side needs to open its end of the channel: plain values, which a worker is handed by structured clone. */
export interface ChannelPlace {
  /** The guest's memory: its lower half at address 0, its upper half at 4 GiB. */
  readonly ram: SharedArrayBuffer;
  /** What a GPADL lists: the pages of the guest-to-host ring, control page first, then those of the host-to-guest ring. */
  readonly pages: BigUint64Array;
  /** Where in `pages` the second ring begins. */
  readonly secondRingPage: number;
  /** The side's own. */
  readonly signal: SignalHandle;
}

export interface Machine {
  readonly places: Readonly<Record<Side, ChannelPlace>>;
  /** Page numbers of the guest's buffers: `bufferPages` of them for each request in flight. */
  readonly buffers: BigUint64Array;
  readonly bufferPages: number;
}

/**
 * Builds a guest's memory, with the pages of the rings and of the guest's buffers scattered all over it, always in the
 * same way for the same options: what goes wrong once goes wrong again.
 */
export function createMachine(options: DemoOptions): Machine {
  const ringPages = 1 + options.ringBytes / PAGE_SIZE;
  // A page more than the data needs: a buffer need not begin at a page boundary.
  const bufferPages = Math.ceil(options.requestBytes / PAGE_SIZE) + 1;
  const usedPages = 2 * ringPages + options.inFlight * bufferPages;
  const ramPages = 2 * Math.max(MINIMUM_RAM_BYTES / PAGE_SIZE / 2, usedPages);
  const scattered = scatteredPages(ramPages);
  const channel = {
    ram: new SharedArrayBuffer(ramPages * PAGE_SIZE),
    pages: scattered.slice(0, 2 * ringPages),
    secondRingPage: ringPages,
  };
  const [guest, host] = createSignalPair();
  return {
    places: { guest: { ...channel, signal: guest }, host: { ...channel, signal: host } },
    buffers: scattered.slice(2 * ringPages, usedPages),
    bufferPages,
  };
}

/** The guest's memory, as either side sees it. */
export function openGuestMemory({ ram }: ChannelPlace): GuestMemory {
  const half = ram.byteLength / 2;
  return new GuestMemory([
    { gpa: 0, buffer: ram, byteOffset: 0, length: half },
    { gpa: HIGH_MEMORY_GPA, buffer: ram, byteOffset: half, length: half },
  ]);
}

/** Opens one side's end of the channel. */
export function openQueue(place: ChannelPlace, memory: GuestMemory, side: Side): Queue {
  const { pages, secondRingPage } = place;
  return new Queue(openGpadlChannel({ memory, pages, secondRingPage, side, signal: openSignal(place.signal) }));
}

/** The memory of both rings, for whoever wants to look at it: guest to host, and host to guest. */
export function ringMemories(place: ChannelPlace): [PagedRingMem, PagedRingMem] {
  const { pages, secondRingPage } = place;
  const memory = openGuestMemory(place);
  return [
    new PagedRingMem(memory.ringPages(pages.subarray(0, secondRingPage))),
    new PagedRingMem(memory.ringPages(pages.subarray(secondRingPage))),
  ];
}

/** The numbers of all pages, in a random order. */
function scatteredPages(ramPages: number): BigUint64Array {
  const half = ramPages / 2;
  const highPage = HIGH_MEMORY_GPA / PAGE_SIZE;
  const pages = BigUint64Array.from({ length: ramPages }, (_, i) => BigInt(i < half ? i : highPage + i - half));
  let state = 0x2545f491;
  for (let i = ramPages - 1; i > 0; i--) {
    // xorshift32: good enough to scatter pages with, and the same everywhere.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const other = (state >>> 0) % (i + 1);
    const page = pages[i]!;
    pages[i] = pages[other]!;
    pages[other] = page;
  }
  return pages;
}
