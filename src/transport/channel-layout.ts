import { PAGE_SIZE } from '../wire/page.ts';

/*
 * Where the parts of a channel lie that has all of its memory to itself, between threads or in a file; all pages of 4096 bytes:
 *
 * ```text
 *   +-------+--------------+-----------+--------------+-----------+
 *   | first | control page | ring that | control page | ring that |
 *   | page  | of ring 0    | end 0     | of ring 1    | end 1     |
 *   |       |              | writes    |              | writes    |
 *   +-------+--------------+-----------+--------------+-----------+
 * ```
 */

/** Bytes of data of the ring that end 0 writes, and of the one that end 1 writes. */
export type ChannelSizes = readonly [number, number];

/** Bytes of all of it. */
export function channelBytes(sizes: ChannelSizes): number {
  return 3 * PAGE_SIZE + sizes[0] + sizes[1];
}

/** Where the ring that `end` writes begins: its control page. */
export function ringOffset(end: 0 | 1, sizes: ChannelSizes): number {
  return end === 0 ? PAGE_SIZE : 2 * PAGE_SIZE + sizes[0];
}
