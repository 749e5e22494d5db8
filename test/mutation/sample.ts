import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../scripts/project.ts';
import { Xorshift } from '../support/xorshift.ts';
import { type MutationRecord, scoreOf } from './record.ts';

/** Lines of source taken together: the body of a small function has to lie within, else it is never emptied. */
const WINDOW_LINES = 12;

/** A pattern for Stryker: some lines of one file. */
export interface Window {
  readonly file: string;
  readonly first: number;
  readonly last: number;
}

/**
 * Windows out of all recorded files, chosen by `seed`, which hold about `count` mutants together. A file is chosen as often as
 * its share of all mutants.
 */
export function chooseWindows(record: MutationRecord, count: number, seed: number): Window[] {
  const random = new Xorshift(seed);
  const files = Object.keys(record).filter((file) => mutantsOf(record, file) > 0);
  const windows: Window[] = [];
  const all = scoreOf(record).all;
  for (let expected = 0; expected < count && windows.length < count;) {
    let pick = random.below(all);
    const file = files.find((candidate) => (pick -= mutantsOf(record, candidate)) < 0)!;
    const lines = readFileSync(join(ROOT, file), 'utf8').split('\n').length;
    const first = 1 + random.below(Math.max(1, lines - WINDOW_LINES));
    windows.push({ file, first, last: Math.min(lines, first + WINDOW_LINES) });
    expected += (mutantsOf(record, file) * WINDOW_LINES) / lines;
  }
  return windows;
}

function mutantsOf(record: MutationRecord, file: string): number {
  return Object.values(record[file]!.counts).reduce((sum, each) => sum + each, 0);
}
