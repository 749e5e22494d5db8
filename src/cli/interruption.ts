import { CommandError } from './command-error.ts';
import { EXIT_BY_SIGNAL } from './exit-codes.ts';

/** The signals that ask a command to end. */
type EndingSignal = keyof typeof EXIT_BY_SIGNAL;

const SIGNALS = Object.keys(EXIT_BY_SIGNAL) as EndingSignal[];

/** What a command ends by before it is done. */
export interface Interruption {
  /** Aborted with the reason: for a signal of the system, a {@link CommandError} with its exit code. */
  readonly signal: AbortSignal;
  /** Ends it for another reason, or as if the signal of the system had come. */
  abort(reason: Error | EndingSignal): void;
  /** Leaves the signals to the system again. */
  stop(): void;
}

/** Listens to the signals that ask the command to end, until `stop`. A second Ctrl-C ends the process there and then. */
export function listenForInterruption(): Interruption {
  const controller = new AbortController();
  const abort = (reason: Error | EndingSignal): void => {
    const error =
      typeof reason === 'string' ? new CommandError(EXIT_BY_SIGNAL[reason], `interrupted by ${reason}`) : reason;
    controller.abort(error);
  };
  for (const signal of SIGNALS) process.once(signal, abort);
  return {
    signal: controller.signal,
    abort,
    stop: () => {
      for (const signal of SIGNALS) process.removeListener(signal, abort);
    },
  };
}
