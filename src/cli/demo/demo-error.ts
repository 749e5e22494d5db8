/** Why the demo did not end well. The message is for the person at the terminal; `exitCode` is for their shell. */
export class DemoError extends Error {
  override readonly name = 'DemoError';

  /** 1: something differs or failed on the way. 2: it could not begin. 130: interrupted. */
  readonly exitCode: 1 | 2 | 130;

  constructor(exitCode: 1 | 2 | 130, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}
