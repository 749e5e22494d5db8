import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../scripts/project.ts';
import { REQUIRED_PERCENT } from './folders.ts';
import type { Mutant } from './run-stryker.ts';

/** A mutant that no test killed. */
export interface Survivor {
  readonly line: number;
  readonly column: number;
  /** How many lines it takes. */
  readonly lines: number;
  readonly mutator: string;
  /** What the source has there: the first line of it. */
  readonly code: string;
  readonly replacement: string;
  status: string;
  /** Why it does no harm, written by somebody who has thought about it; empty for a new one. */
  reason: string;
}

/** What became of the mutants of one file. */
export interface FileRecord {
  /** Of the source that the mutants were made of. */
  readonly sha256: string;
  /** How many mutants have which status. */
  readonly counts: Readonly<Record<string, number>>;
  readonly survivors: readonly Survivor[];
}

/** What the last full run of each file found, by path. */
export type MutationRecord = Record<string, FileRecord>;

const PATH = join(ROOT, 'test/mutation/record.json');

export function readRecord(): MutationRecord {
  return existsSync(PATH) ? (JSON.parse(readFileSync(PATH, 'utf8')) as MutationRecord) : {};
}

export function writeRecord(record: MutationRecord): void {
  const sorted = Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(PATH, `${JSON.stringify(sorted, null, 2)}\n`);
}

export function hashOf(file: string): string {
  return createHash('sha256')
    .update(readFileSync(join(ROOT, file)))
    .digest('hex');
}

export function isKilled({ status }: { readonly status: string }): boolean {
  return status === 'Killed' || status === 'Timeout';
}

/** What is recorded of a file of which these are all mutants. Survivors that were known keep their reasons. */
export function recordOf(file: string, mutants: readonly Mutant[], before: FileRecord | undefined): FileRecord {
  const counts: Record<string, number> = {};
  for (const { status } of mutants) counts[status] = (counts[status] ?? 0) + 1;
  const lines = readFileSync(join(ROOT, file), 'utf8').split('\n');
  const known = new Map(before?.survivors.map((survivor) => [identity(survivor), survivor.reason]));
  const survivors = mutants
    .filter((mutant) => !isKilled(mutant))
    .map((mutant) => survivorOf(mutant, lines))
    .toSorted((a, b) => a.line - b.line || a.column - b.column || (a.replacement < b.replacement ? -1 : 1));
  for (const survivor of survivors) survivor.reason = known.get(identity(survivor)) ?? '';
  return { sha256: hashOf(file), counts, survivors };
}

function survivorOf(
  { line, column, endLine, endColumn, mutator, replacement, status }: Mutant,
  lines: string[],
): Survivor {
  const first = lines[line - 1]!;
  const code = first.slice(column - 1, endLine === line ? endColumn - 1 : first.length);
  return { line, column, lines: endLine - line + 1, mutator, code, replacement, status, reason: '' };
}

/** The same for the same mutant of the same code, wherever in the file it stands. */
export function identity({ mutator, code, replacement }: Survivor): string {
  return JSON.stringify([mutator, code, replacement]);
}

/** The mutant of a survivor, so that both can be compared. */
export function placeOf({ line, column, mutator, replacement }: Mutant | Survivor): string {
  return JSON.stringify([line, column, mutator, replacement]);
}

export interface Score {
  readonly all: number;
  readonly killed: number;
  readonly timedOut: number;
  readonly percent: number;
}

/** Everything that was not killed counts against the score: what nothing covers, was ignored, or could not be run as well. */
export function scoreOf(record: MutationRecord, folder = ''): Score {
  let all = 0;
  let killed = 0;
  let timedOut = 0;
  for (const [file, { counts }] of Object.entries(record)) {
    if (!file.startsWith(`src/${folder}`)) continue;
    for (const count of Object.values(counts)) all += count;
    killed += counts['Killed'] ?? 0;
    timedOut += counts['Timeout'] ?? 0;
  }
  return { all, killed, timedOut, percent: all === 0 ? 100 : (100 * (killed + timedOut)) / all };
}

/** What is wrong with a record: nothing, if all is well. */
export function complaints(record: MutationRecord, files: readonly string[]): string[] {
  const wrong = files.filter((file) => record[file] === undefined).map((file) => `${file} has not been tested`);
  for (const [file, { survivors }] of Object.entries(record)) {
    if (!files.includes(file)) wrong.push(`${file} is no more`);
    for (const { line, column, reason, mutator } of survivors) {
      if (reason === '') wrong.push(`${file}:${line}:${column} has a survivor without a reason (${mutator})`);
    }
  }
  const { percent } = scoreOf(record);
  if (percent < REQUIRED_PERCENT) wrong.push(`${percent.toFixed(2)} % are killed, below ${REQUIRED_PERCENT} %`);
  return wrong;
}
