import { DemoError } from './demo-error.ts';

/** How the demo's machine is made. */
export interface DemoOptions {
  /** Bytes of data of each ring. */
  readonly ringBytes: number;
  /** Requests that the guest keeps under way. */
  readonly inFlight: number;
  /** Bytes that one request reads; the last one may read fewer. */
  readonly requestBytes: number;
}

interface OptionRange {
  readonly flag: string;
  readonly minimum: number;
  readonly maximum: number;
  readonly multipleOf: number;
}

/** The command line's options and what they may be. Together they need at most about 140 MiB of guest memory. */
export const OPTION_RANGES: {
  readonly ringKib: OptionRange;
  readonly inFlight: OptionRange;
  readonly requestKib: OptionRange;
} = {
  ringKib: { flag: '--ring-kib', minimum: 4, maximum: 4096, multipleOf: 4 },
  inFlight: { flag: '--in-flight', minimum: 1, maximum: 256, multipleOf: 1 },
  requestKib: { flag: '--request-kib', minimum: 1, maximum: 512, multipleOf: 1 },
};

/** Option values as the command line has them. */
export interface DemoOptionTexts {
  readonly ringKib: string;
  readonly inFlight: string;
  readonly requestKib: string;
}

export const DEFAULT_OPTION_TEXTS: DemoOptionTexts = { ringKib: '64', inFlight: '32', requestKib: '64' };

/** Throws a {@link DemoError} with exit code 2 where a value is not what the option takes. */
export function parseDemoOptions(texts: DemoOptionTexts): DemoOptions {
  return {
    ringBytes: parseNumber(OPTION_RANGES.ringKib, texts.ringKib) * 1024,
    inFlight: parseNumber(OPTION_RANGES.inFlight, texts.inFlight),
    requestBytes: parseNumber(OPTION_RANGES.requestKib, texts.requestKib) * 1024,
  };
}

/** "4 to 4096, a multiple of 4" */
export function describeRange(range: OptionRange): string {
  const multiple = range.multipleOf === 1 ? '' : `, a multiple of ${range.multipleOf}`;
  return `${range.minimum} to ${range.maximum}${multiple}`;
}

function parseNumber(range: OptionRange, text: string): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= range.minimum && value <= range.maximum && value % range.multipleOf === 0)) {
    throw new DemoError(2, `${range.flag} takes a number: ${describeRange(range)}; got '${text}'`);
  }
  return value;
}
