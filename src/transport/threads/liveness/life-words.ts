/** The words that an end of a channel has in shared memory for its peer to tell whether its thread still lives. */

/** Id of the thread, as Linux has it; 0 where it is not known. */
export const LIFE_THREAD = 0;
/** When that thread began, in the kernel's ticks: ids are used again. */
export const LIFE_THREAD_START = 1;
/** Counts as long as the thread lives, if `LIFE_LEASED` is not 0. */
export const LIFE_LEASE = 2;
export const LIFE_LEASED = 3;
/** Not 0 while the thread holds the Web Lock of this end. */
export const LIFE_LOCKED = 4;
