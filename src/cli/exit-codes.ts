/** All is well. */
export const EXIT_CLEAN = 0;

/** It was begun and came to no good end: a corrupt ring, data that differs, a peer that died, a file that was removed meanwhile. */
export const EXIT_FAILED = 1;

/** It was not begun: wrong arguments, or a file that cannot be used. */
export const EXIT_UNUSABLE = 2;

/** Ended by a signal: 128 and its number, as shells have it. */
export const EXIT_BY_SIGNAL = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** How the command ends when it does not end well. */
export type FailureExitCode =
  | typeof EXIT_FAILED
  | typeof EXIT_UNUSABLE
  | (typeof EXIT_BY_SIGNAL)[keyof typeof EXIT_BY_SIGNAL];
