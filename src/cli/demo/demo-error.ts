import type { FailureExitCode } from '../exit-codes.ts';

/** Why the demo did not end well. The message is for the person at the terminal; `exitCode` is for their shell. */
export class DemoError extends Error {
  override readonly name = 'DemoError';
  readonly exitCode: FailureExitCode;

  constructor(exitCode: FailureExitCode, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}
