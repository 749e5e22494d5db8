import { globSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** What has to come before anything else of a process: about its first ring. */
const ALONE: ReadonlySet<string> = new Set(['test/memory/copy-engine.test.ts']);

/** What takes seconds even with few random runs: only what lived through all else meets it. */
const SLOW: ReadonlySet<string> = new Set([
  'test/memory/large-buffers.test.ts',
  'test/memory/ring-window.test.ts',
  'test/ring/hostile-headers.test.ts',
  'test/ring/hostile-vectors.test.ts',
  'test/ring/packet-images.test.ts',
  'test/ring/vectors.test.ts',
  'test/ring/outgoing-limits.test.ts',
  'test/direct/order-in-one-call.test.ts',
]);

/** What takes too long in code with mutants in it. */
const TOO_SLOW: ReadonlySet<string> = new Set([
  'test/ring/model-positions.test.ts',
  'test/ring/model-random.test.ts',
  'test/ring/order-data.test.ts',
  'test/ring/outgoing-limits.test.ts',
]);

/** One file of tests, as Stryker's runner has it: a process for each mutant that it covers. */
export interface Group {
  readonly name: string;
  /** Files of tests, from the project's folder. */
  readonly files: readonly string[];
}

/**
 * The tests of these folders of `test/`, in the order in which a mutant meets them: the quick ones of each folder, then what needs a
 * process of its own, and what is slow in the first folder.
 */
export function groupsOf(folders: readonly string[]): Group[] {
  const all = folders.flatMap((folder) => testsIn(folder));
  const isQuick = (file: string): boolean => !ALONE.has(file) && !SLOW.has(file);
  const quick = folders.map((folder) => ({ name: folder, files: testsIn(folder).filter(isQuick) }));
  const alone = { name: 'alone', files: all.filter((file) => ALONE.has(file)) };
  const slow = { name: 'slow', files: testsIn(folders[0]!).filter((file) => SLOW.has(file)) };
  return [...quick, alone, slow].filter(({ files }) => files.length > 0);
}

function testsIn(folder: string): string[] {
  const files = globSync(`test/${folder}/*.test.ts`, { cwd: ROOT });
  return files.filter((file) => !TOO_SLOW.has(file)).toSorted();
}
