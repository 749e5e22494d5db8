import { EXIT_BY_SIGNAL } from './exit-codes.ts';

/** The signals that ask a command to end. */
export type EndingSignal = keyof typeof EXIT_BY_SIGNAL;

const SIGNALS = Object.keys(EXIT_BY_SIGNAL) as EndingSignal[];

/** Calls `end` for each signal that comes, until the function that is returned is called. A second Ctrl-C ends the process there and then. */
export function onInterruption(end: (signal: EndingSignal) => void): () => void {
  for (const signal of SIGNALS) process.once(signal, end);
  return () => {
    for (const signal of SIGNALS) process.removeListener(signal, end);
  };
}
