import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join, relative, sep } from 'node:path';
import { Stryker } from '@stryker-mutator/core';
import { ROOT } from '../../scripts/project.ts';
import { groupsOf } from './layer-tests.ts';

/** What became of one mutant. Lines and columns count from 1. */
export interface Mutant {
  /** From the project's folder. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly mutator: string;
  readonly replacement: string;
  /** As Stryker has it: `Killed`, `Timeout`, `Survived`, `NoCoverage`, `Ignored`, `RuntimeError`, `CompileError`. */
  readonly status: string;
}

/** Where the configuration has Stryker put its copy of the project, which it leaves there when it is stopped. */
const COPY = join(ROOT, '.cache/mutation-copy');

const REAL_NODE = process.execPath;

/** Where the children find the `node` below, and what they have compiled. */
const NODE = join(ROOT, '.cache/mutation-node');

/**
 * Puts a `node` before all others that dies with whoever started it: Stryker leaves its children alone when it is stopped, and a
 * mutant that loops would go on for ever. Its workers are forks of this process, and their children are started by name.
 */
function makeMortalNode(): void {
  mkdirSync(NODE, { recursive: true });
  const mortal = join(NODE, 'node');
  writeFileSync(mortal, `#!/bin/sh\nexec setpriv --pdeathsig KILL '${REAL_NODE}' "$@"\n`, { mode: 0o755 });
  process.execPath = mortal;
  process.env['PATH'] = NODE + delimiter + (process.env['PATH'] ?? '');
}

/**
 * Has Stryker make all mutants of `sources`, which are paths or patterns, with `:line-line` behind them if need be, and run the
 * tests of these folders of `test/` on each. The random inputs of the tests are the same in each run, and few.
 */
export async function runStryker(sources: readonly string[], testFolders: readonly string[]): Promise<Mutant[]> {
  for (const folder of [COPY, NODE]) rmSync(folder, { recursive: true, force: true });
  makeMortalNode();
  Object.assign(process.env, { NODE_COMPILE_CACHE: NODE, VMBUS_RING_SEED: '1', VMBUS_RING_RUNS: '0.02' });
  const results = await new Stryker({
    configFile: join(import.meta.dirname, 'stryker.config.json'),
    mutate: [...sources],
    buildCommand: `node test/mutation/bundle-tests.ts ${testFolders.join(' ')}`,
    tap: { testFiles: groupsOf(testFolders).map(({ name }) => `.cache/mutation-tests/${name}.js`) },
    reporters: [process.stdout.isTTY ? 'progress' : 'progress-append-only'],
  }).runMutationTest();
  return results.map(({ fileName, location: { start, end }, mutatorName, replacement, status }) => ({
    file: relative(ROOT, fileName).split(sep).join('/'),
    line: start.line,
    column: start.column,
    endLine: end.line,
    endColumn: end.column,
    mutator: mutatorName,
    replacement,
    status,
  }));
}
