import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../scripts/project.ts';
import { type Dpdk, DPDK_PACKAGE, findDpdk } from './find-dpdk.ts';

const STORE = join(ROOT, '.cache/native');

/** What has to be installed, by Debian's names. */
const PACKAGES = `apt-get install gcc libc6-dev ${DPDK_PACKAGE}`;

const OPTIONS: readonly string[] = '-std=gnu11 -O2 -pthread -Wall -Wextra -include rte_config.h'.split(' ');

const COMPILE_LIMIT_MS = 120_000;

/** Throws, and says what to install, where DPDK or a compiler is not. */
function needDpdk(): Dpdk {
  let dpdk: Dpdk | null;
  try {
    dpdk = findDpdk();
  } catch (error) {
    throw new Error(`there is no C compiler that can be run as cc: ${PACKAGES}`, { cause: error });
  }
  if (dpdk === null) throw new Error(`DPDK's ring code is not installed: ${PACKAGES}`);
  return dpdk;
}

/** The C sources and headers in a folder. */
function sourcesIn(folder: string): string[] {
  const names = readdirSync(folder).toSorted();
  return names.filter((name) => /\.[ch]$/.test(name)).map((name) => join(folder, name));
}

/** All that makes one build differ from another. */
function fingerprint(sources: readonly string[], command: readonly string[], archive: string): string {
  const hash = createHash('sha256').update(JSON.stringify(command));
  for (const source of [...sources, archive]) hash.update(readFileSync(source));
  return hash.digest('hex');
}

/**
 * The program `name` that the C sources in `folder` make together with those here and DPDK's ring code, compiled anew where something
 * has changed, and its path. Throws, and says what to install, where it cannot be compiled.
 */
export function buildProgram(name: string, folder: string): string {
  const { archive, includes } = needDpdk();
  const sources = [...sourcesIn(import.meta.dirname), ...sourcesIn(folder)];
  const units = sources.filter((source) => source.endsWith('.c'));
  // The archive comes last, so that nothing is taken from it but what the sources leave open: the objects of rings and channels.
  const command = [...OPTIONS, ...includes.flatMap((include) => ['-isystem', include]), ...units, archive];
  const wanted = fingerprint(sources, command, archive);
  const program = join(STORE, name);
  const note = `${program}.sha256`;
  if (existsSync(program) && existsSync(note) && readFileSync(note, 'utf8') === wanted) return program;
  mkdirSync(STORE, { recursive: true });
  const fresh = `${program}.${process.pid}`;
  try {
    execFileSync('cc', [...command, '-o', fresh], { stdio: 'inherit', timeout: COMPILE_LIMIT_MS });
    rmSync(note, { force: true });
    renameSync(fresh, program);
    writeFileSync(note, wanted);
  } finally {
    rmSync(fresh, { force: true });
  }
  return program;
}
