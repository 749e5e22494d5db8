/** All is well. */
export const EXIT_CLEAN = 0;

/** What was asked for was done, and found something wrong: a corrupt ring, data that differs. */
export const EXIT_CORRUPT = 1;

/** It was not done: wrong arguments, or a file that cannot be used. */
export const EXIT_UNUSABLE = 2;
