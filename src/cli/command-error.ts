import type { FailureExitCode } from './exit-codes.ts';

/** Why a command did not end well. The message is for the person at the terminal; `exitCode` is for their shell. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: FailureExitCode;

  constructor(exitCode: FailureExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
