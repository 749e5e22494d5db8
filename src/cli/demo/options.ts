import type { NumberRange } from '../number-option.ts';

/** How the demo's machine is made. */
export interface DemoOptions {
  /** Bytes of data of each ring. */
  readonly ringBytes: number;
  /** Requests that the guest keeps under way. */
  readonly inFlight: number;
  /** Bytes that one request reads; the last one may read fewer. */
  readonly requestBytes: number;
}

/** Option values as the command line has them. */
export interface DemoOptionValues {
  readonly ringKib: number;
  readonly inFlight: number;
  readonly requestKib: number;
}

/** The command line's options and what they may be. Together they need at most about 140 MiB of guest memory. */
export const OPTION_RANGES: Readonly<Record<keyof DemoOptionValues, NumberRange>> = {
  ringKib: { minimum: 4, maximum: 4096, multipleOf: 4 },
  inFlight: { minimum: 1, maximum: 256, multipleOf: 1 },
  requestKib: { minimum: 1, maximum: 512, multipleOf: 1 },
};

export const DEFAULT_OPTIONS: DemoOptionValues = { ringKib: 64, inFlight: 32, requestKib: 64 };

export function demoOptions({ ringKib, inFlight, requestKib }: DemoOptionValues): DemoOptions {
  return { ringBytes: ringKib * 1024, inFlight, requestBytes: requestKib * 1024 };
}
