import { EXIT_BY_SIGNAL } from '../src/cli/exit-codes.ts';

export type EndingSignal = keyof typeof EXIT_BY_SIGNAL;

/** Has `stop` called with each signal that asks this process to end, and with the exit code of shells for it. */
export function onEndingSignal(stop: (signal: EndingSignal, exitCode: number) => void): void {
  for (const signal of Object.keys(EXIT_BY_SIGNAL) as EndingSignal[]) {
    process.on(signal, () => stop(signal, EXIT_BY_SIGNAL[signal]));
  }
}
