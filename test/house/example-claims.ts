import { deepStrictEqual } from 'node:assert/strict';

/** Claims are numbered by their lines; those of each block begin at another multiple of this, for several may run in one process. */
export const CLAIMS_OF_BLOCK = 100_000;

const reached = new Set<number>();

/** What `expression; // literal` of an example is run as: the literal is what the expression has to be. */
export function claim(line: number, actual: unknown, expected: unknown): void {
  reached.add(line);
  deepStrictEqual(actual, expected);
}

/** What is claimed where an example never comes to would hold in any case: each line has to be reached. */
export function expectClaims(lines: readonly number[]): void {
  process.once('exit', () => {
    const missed = lines.filter((line) => !reached.has(line)).map((line) => line % CLAIMS_OF_BLOCK);
    if (missed.length > 0) throw new Error(`not reached: what is claimed in line ${missed.join(', ')}`);
  });
}
