/** The whole number in the text of `--name`. Throws unless it is one from `minimum` to `maximum`. */
export function numberOption(name: string, text: string, minimum: number, maximum = 9_999_999_999): number {
  if (/^\d{1,10}$/.test(text) && Number(text) >= minimum && Number(text) <= maximum) return Number(text);
  throw new Error(`--${name} must be a number from ${minimum} to ${maximum}, got ${text}`);
}
