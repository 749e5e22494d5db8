/** Who has which end of the channel in a file that `send` and `recv` use. */
export const SENDER = 0;
export const RECEIVER = 1;

/** What the process at an end is called. */
export const END_NAMES = ['sender', 'receiver'] as const;
