import { InvalidArgumentError } from 'commander';

/** The whole numbers that an option takes. */
export interface NumberRange {
  readonly minimum: number;
  readonly maximum: number;
  readonly multipleOf: number;
}

/** "4 to 4096, a multiple of 4" */
export function describeRange(range: NumberRange): string {
  const multiple = range.multipleOf === 1 ? '' : `, a multiple of ${range.multipleOf}`;
  return `${range.minimum} to ${range.maximum}${multiple}`;
}

/** What commander parses an option with: it throws commander's {@link InvalidArgumentError} for what is no such number. */
export function takeNumber(range: NumberRange): (text: string) => number {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= range.minimum && value <= range.maximum && value % range.multipleOf === 0)) {
      throw new InvalidArgumentError(`It takes a number: ${describeRange(range)}.`);
    }
    return value;
  };
}
