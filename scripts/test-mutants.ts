// Mutation testing of the library's inner folders, and its record: `npm run test:mutants`. Fails below 95 %, and for a survivor
// that nobody has given a reason for in test/mutation/record.json.
//   --mutants changed     only files that are not what the record was made of (the default)
//   --mutants all         all files, and the record anew
//   --mutants survivors   only recorded survivors, after tests were added
//   --mutants sample      a few out of all, which have to be as the record has them
//   --folder F            of src/F only
//   --count N             how many a sample has, about: 40 if left out
//   --seed S              which ones
import { globSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { MUTATED } from '../test/mutation/folders.ts';
import {
  complaints,
  hashOf,
  isKilled,
  type MutationRecord,
  placeOf,
  readRecord,
  recordOf,
  scoreOf,
  writeRecord,
} from '../test/mutation/record.ts';
import { type Mutant, runStryker } from '../test/mutation/run-stryker.ts';
import { chooseWindows } from '../test/mutation/sample.ts';
import { chooseSeed } from '../test/support/property.ts';
import { numberOption } from './number-option.ts';
import { ROOT } from './project.ts';
import { runMain } from './run-main.ts';

const FILES_AT_A_TIME = 8;

const WAYS = ['changed', 'all', 'survivors', 'sample'] as const;

interface Options {
  readonly way: (typeof WAYS)[number];
  readonly folders: readonly string[];
  readonly count: number;
  readonly seed: number;
}

function parseOptions(): Options {
  const { values } = parseArgs({
    options: {
      mutants: { type: 'string', default: 'changed' },
      folder: { type: 'string', multiple: true, default: Object.keys(MUTATED) },
      count: { type: 'string', default: '40' },
      seed: { type: 'string' },
    },
  });
  const way = WAYS.find((known) => known === values.mutants);
  if (way === undefined) throw new Error(`--mutants must be one of ${WAYS.join(', ')}, got ${values.mutants}`);
  const unknown = values.folder.filter((folder) => MUTATED[folder] === undefined);
  if (unknown.length > 0) throw new Error(`--folder must be one of ${Object.keys(MUTATED).join(', ')}`);
  const { folder: folders, count, seed } = values;
  return {
    way,
    folders,
    count: numberOption('count', count, 1),
    seed: seed === undefined ? chooseSeed() : numberOption('seed', seed, 0),
  };
}

function sourcesOf(folders: readonly string[]): string[] {
  return folders.flatMap((folder) => globSync(`src/${folder}/*.ts`, { cwd: ROOT }).toSorted());
}

/** Runs what is in one folder at a time: each has its own tests. `patterns` are paths, with lines behind them or without. */
async function run(folders: readonly string[], patterns: readonly string[]): Promise<Mutant[]> {
  const mutants: Mutant[] = [];
  for (const folder of folders) {
    const own = patterns.filter((pattern) => pattern.startsWith(`src/${folder}/`));
    if (own.length === 0) continue;
    console.log(`src/${folder}: ${own.length} pieces of source`);
    mutants.push(...(await runStryker(own, MUTATED[folder]!)));
  }
  return mutants;
}

/** Whole files, into the record, a few at a time: what is done is kept when a run is stopped, and `changed` goes on from there. */
async function runFiles(record: MutationRecord, folders: readonly string[], files: readonly string[]): Promise<void> {
  for (const folder of folders) {
    const own = files.filter((file) => file.startsWith(`src/${folder}/`));
    for (let at = 0; at < own.length; at += FILES_AT_A_TIME) {
      const some = own.slice(at, at + FILES_AT_A_TIME);
      const mutants = await run([folder], some);
      for (const file of some) {
        const found = mutants.filter((mutant) => mutant.file === file);
        record[file] = recordOf(file, found, record[file]);
      }
      writeRecord(record);
    }
  }
}

/** Survivors of the record once more: those that tests kill now become killed in it. */
async function runSurvivors(record: MutationRecord, folders: readonly string[]): Promise<void> {
  const files = sourcesOf(folders).filter((file) => record[file]?.sha256 === hashOf(file));
  const patterns = files.flatMap((file) =>
    record[file]!.survivors.map(({ line, lines }) => `${file}:${line}-${line + lines - 1}`),
  );
  const found = new Map((await run(folders, patterns)).map((mutant) => [mutant.file + placeOf(mutant), mutant.status]));
  for (const file of files) {
    const { sha256, survivors, counts: before } = record[file]!;
    const counts = { ...before };
    const left = survivors.filter((survivor) => {
      const status = found.get(file + placeOf(survivor)) ?? survivor.status;
      counts[survivor.status]!--;
      counts[status] = (counts[status] ?? 0) + 1;
      survivor.status = status;
      return !isKilled(survivor);
    });
    record[file] = { sha256, counts, survivors: left };
  }
  writeRecord(record);
}

/** What in a sample is not as the record has it. */
async function runSample(record: MutationRecord, { folders, count, seed }: Options): Promise<string[]> {
  const windows = chooseWindows(record, count, seed);
  const mutants = await run(
    folders,
    windows.map(({ file, first, last }) => `${file}:${first}-${last}`),
  );
  console.log(`${mutants.length} mutants out of ${scoreOf(record).all}; once more: --mutants sample --seed ${seed}`);
  const known = new Set(
    Object.entries(record).flatMap(([file, { survivors }]) => survivors.map((each) => file + placeOf(each))),
  );
  return mutants
    .filter((mutant) => !isKilled(mutant) && !known.has(mutant.file + placeOf(mutant)))
    .map(({ file, line, mutator, status }) => `${file}:${line} ${mutator}: ${status}, and killed in the record`);
}

function printScores(record: MutationRecord): void {
  for (const folder of [...Object.keys(MUTATED), '']) {
    const { all, killed, timedOut, percent } = scoreOf(record, folder);
    const name = (folder === '' ? 'together' : `src/${folder}`).padEnd(12);
    console.log(`${name} ${all} mutants, ${killed} killed, ${timedOut} timed out: ${percent.toFixed(2)} %`);
  }
}

async function main(): Promise<number> {
  const options = parseOptions();
  const { way, folders } = options;
  const record = readRecord();
  const files = sourcesOf(folders);
  const wrong: string[] = [];
  if (way === 'all') await runFiles(record, folders, files);
  if (way === 'survivors') await runSurvivors(record, folders);
  if (way === 'sample') wrong.push(...(await runSample(record, options)));
  if (way === 'changed') {
    const changed = files.filter((file) => record[file]?.sha256 !== hashOf(file));
    console.log(`${changed.length} of ${files.length} files are not what the record was made of`);
    await runFiles(record, folders, changed);
  }
  printScores(record);
  wrong.push(...complaints(record, sourcesOf(Object.keys(MUTATED))));
  for (const complaint of wrong) console.error(complaint);
  return wrong.length === 0 ? 0 : 1;
}

await runMain(main);
