/** Whether `value` is an integer from 0 to `max`. */
export function isUnsigned(value: number, max: number = Number.MAX_SAFE_INTEGER): boolean {
  return Number.isSafeInteger(value) && value >= 0 && value <= max;
}

/** Throws a RangeError unless `value` is an integer from 0 to `max`. `name` is what the error calls it. */
export function checkUnsigned(name: string, value: number, max: number = Number.MAX_SAFE_INTEGER): void {
  if (!isUnsigned(value, max)) throw new RangeError(`${name} must be an integer from 0 to ${max}, got ${value}`);
}
