import { PAGE_SIZE } from '../wire/page.ts';

/** Largest sum of a range's offset and length, in bytes: what the crate's 32-bit arithmetic can round up to pages. */
export const MAXIMUM_RANGE_END: number = 0xffff_ffff - (PAGE_SIZE - 1);

/** How many pages `length` bytes touch, from `offset` bytes into the first of them on. */
export function pageCount(offset: number, length: number): number {
  return Math.ceil((offset + length) / PAGE_SIZE);
}
