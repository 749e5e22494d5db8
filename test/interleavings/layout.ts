import { PAGE_SIZE } from '../../src/index.ts';

/** The smallest ring that there is. */
export const RING_BYTES: number = PAGE_SIZE;

/** The two rings of a channel. */
export type Ring = 0 | 1;

/** The memory of a channel: a page that links its two ends, then each ring's control page and data. */
export const CHANNEL_BYTES: number = 5 * PAGE_SIZE;

/** Where the control page of a ring is. */
export function controlPageOf(ring: Ring): number {
  return (1 + 2 * ring) * PAGE_SIZE;
}

/** Where its data are. */
export function dataOf(ring: Ring): number {
  return controlPageOf(ring) + PAGE_SIZE;
}

/** The ring whose data are at `address`, or `null` where words are. */
export function ringOfData(address: number): Ring | null {
  const page = Math.floor(address / PAGE_SIZE);
  return page === 2 ? 0 : page === 4 ? 1 : null;
}

/** Whether that is the `in` of a ring. */
export function isIn(address: number): boolean {
  return address === controlPageOf(0) || address === controlPageOf(1);
}

const CONTROL_NAMES: Readonly<Record<number, string>> = { 0: 'in', 1: 'out', 2: 'mask', 3: 'pending', 16: 'features' };

/** What is at `address`, for people. */
export function nameOf(address: number): string {
  const page = Math.floor(address / PAGE_SIZE);
  const ring = page < 3 ? '' : ' of ring 1';
  const word = (address % PAGE_SIZE) / 4;
  if (page === 0) return `word ${word} of the link`;
  if (page % 2 === 0) return `data ${address % PAGE_SIZE}${ring}`;
  return `${CONTROL_NAMES[word]}${ring}`;
}
