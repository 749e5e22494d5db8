/**
 * The first page of a channel's file, as 32-bit words, little-endian. Behind it lie the rings: see channel-layout.ts.
 *
 * ```text
 *     0, 1   'VMBUSRNG'
 *     2      version: 1
 *     3      readiness: 1 when the file is whole
 *     4, 5   bytes of data of ring 0, which end 0 writes, and of ring 1
 *     6 - 9  identity: random, another one for each file
 *    16, 17  state of end 0 and of end 1
 *    18, 19  process that has, or last had, end 0 and end 1: for people
 *    32, 33  signals to end 0, counted; who sleeps there
 *    48, 49  the same of end 1
 *    64      flow of ring 0: produced      80  consumed
 *    96      flow of ring 1: produced     112  consumed
 * ```
 *
 * The process that has an end holds a lock on one byte of the file (an open file description lock): {@link lockOffset}. That, and nothing
 * in the page, says who has it. Who only looks whether an end is free locks the byte behind it first: {@link lookOffset}.
 */
export const CHANNEL_FILE_VERSION = 1;

/** `VMBU` and `SRNG`. */
export const MAGIC: readonly [number, number] = [0x55_42_4d_56, 0x47_4e_52_53];

export const WORD_MAGIC = 0;
export const WORD_VERSION = 2;
export const WORD_READY = 3;
export const WORD_RING_BYTES = 4;
export const WORD_IDENTITY = 6;
export const IDENTITY_WORDS = 4;
export const WORD_STATE = 16;
export const WORD_PROCESS = 18;

/** What `WORD_READY` holds in a file that is whole. */
export const READY = 1;

/** Words of the part that says what the file is. */
export const HEADER_WORDS = 128;

/** Where the signals to `end` are counted. The word behind it is not 0 while somebody sleeps until that changes. */
export function signalWord(end: 0 | 1): number {
  return 32 + 16 * end;
}

/** Where it is counted what went into the ring that `end` writes, or came out of it. */
export function flowWord(end: 0 | 1, side: 'produced' | 'consumed'): number {
  return 64 + 32 * end + (side === 'produced' ? 0 : 16);
}

/** The byte of the file that is locked by whoever has `end`. */
export function lockOffset(end: 0 | 1): number {
  return 4 * (WORD_STATE + end);
}

/** The byte that is locked by whoever looks whether `end` is free, and may lock that for a moment: nobody else does. */
export function lookOffset(end: 0 | 1): number {
  return lockOffset(end) + 1;
}
