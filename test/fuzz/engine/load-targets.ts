import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { ROOT } from '../../../scripts/project.ts';
import { parseFile } from '../../../scripts/syntax.ts';
import type { FuzzTarget } from './fuzz-target.ts';
import { type Block, instrument } from './instrument.ts';

/** Where the instrumented code is put, from the project's folder. */
const FOLDER = '.cache/fuzz';

const TARGETS = 'test/fuzz/targets/all-targets.ts';

/** Adds up what is allocated by a length that was computed. */
export interface Meter {
  bytes: number;
  /** Above it, what would be allocated throws instead. */
  limit: number;
}

/** The targets, with all of the library that they use instrumented. */
export interface LoadedTargets {
  readonly targets: Readonly<Record<string, FuzzTarget>>;
  /** How often each block was entered, modulo 256. */
  readonly counters: Uint8Array;
  readonly meter: Meter;
  readonly blocks: readonly Block[];
  readonly literals: readonly number[];
}

/** Bundles and instruments `entry`, a module with `TARGETS`, and loads it. Blocks of files that `isCounted` says are counted. */
export async function loadTargets(
  entry: string = TARGETS,
  isCounted: (file: string) => boolean = (file) => file.startsWith('src/'),
): Promise<LoadedTargets> {
  // Another process may do the same at the same time.
  const name = `${FOLDER}/${process.pid}-${Math.random().toString(36).slice(2)}`;
  const bundle = `${name}.bundle.js`;
  await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outfile: bundle,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'esnext',
    logLevel: 'error',
  });
  const { code, blocks, literals } = instrument(parseFile(bundle), isCounted);
  const path = join(ROOT, `${name}.mjs`);
  writeFileSync(path, code);
  const module = (await import(pathToFileURL(path).href)) as Pick<LoadedTargets, 'counters' | 'meter'> & {
    readonly TARGETS: Readonly<Record<string, FuzzTarget>>;
  };
  // For whoever wants to look at it: the last one, under a name that does not change.
  renameSync(path, join(ROOT, FOLDER, 'targets.mjs'));
  renameSync(join(ROOT, bundle), join(ROOT, FOLDER, 'targets.bundle.js'));
  return { targets: module.TARGETS, counters: module.counters, meter: module.meter, blocks, literals };
}
