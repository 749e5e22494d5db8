import { GuestMemory, PAGE_SIZE, PagedRingMem } from '../../index.ts';
import { DOORBELL_BYTES } from './doorbell.ts';
import type { DemoOptions } from './options.ts';

/** Where the upper half of the guest's memory begins: above the hole that a PC has below 4 GiB. */
const HIGH_MEMORY_GPA = 0x1_0000_0000;

const MINIMUM_RAM_BYTES = 16 << 20;

/** What both sides know. It is handed to the workers by structured clone, so there are only plain values in it. */
export interface Channel {
  /** The guest's memory: its lower half at address 0, its upper half at 4 GiB. */
  readonly ram: SharedArrayBuffer;
  readonly doorbell: SharedArrayBuffer;
  /** Page numbers of the guest-to-host ring, control page first; what a GPADL would say. */
  readonly guestToHost: BigUint64Array;
  /** Page numbers of the host-to-guest ring. */
  readonly hostToGuest: BigUint64Array;
}

export interface Machine {
  readonly channel: Channel;
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
  const take = (from: number, count: number): BigUint64Array => scattered.slice(from, from + count);
  return {
    channel: {
      ram: new SharedArrayBuffer(ramPages * PAGE_SIZE),
      doorbell: new SharedArrayBuffer(DOORBELL_BYTES),
      guestToHost: take(0, ringPages),
      hostToGuest: take(ringPages, ringPages),
    },
    buffers: take(2 * ringPages, options.inFlight * bufferPages),
    bufferPages,
  };
}

/** The guest's memory, as either side sees it. */
export function openGuestMemory(channel: Channel): GuestMemory {
  const { ram } = channel;
  const half = ram.byteLength / 2;
  return new GuestMemory([
    { gpa: 0, buffer: ram, byteOffset: 0, length: half },
    { gpa: HIGH_MEMORY_GPA, buffer: ram, byteOffset: half, length: half },
  ]);
}

/** The memory of the ring on these pages. */
export function openRing(memory: GuestMemory, pages: BigUint64Array): PagedRingMem {
  return new PagedRingMem(memory.ringPages(pages));
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
