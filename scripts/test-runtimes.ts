// Runs the core suites, straight from TypeScript, on every runtime that the library supports: `npm run test:runtimes`.
//   --others   but for Node 24, on which `npm test` runs them
// The counts are those of each runtime's own test runner; they differ in whether a subtest and a suite count.
import { execFile } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs, stripVTControlCharacters } from 'node:util';
import { ROOT } from './project.ts';
import { obtainRuntimes, type Runtime } from './runtimes.ts';

/** Folders of test/ whose suites need nothing of Node but `node:test`, `node:assert` and reading a file. */
const SUITES = ['wire', 'memory', 'gpa', 'ring', 'channel', 'pipe', 'transport', 'inspect'];

/** A run that takes longer hangs. */
const TIME_LIMIT_MS = 900_000;

/** Runtimes at work at the same time. */
const CONCURRENCY = 2;

interface Outcome {
  readonly runtime: Runtime;
  readonly passed: number;
  readonly failed: number;
  readonly seconds: number;
  /** Why the run does not count as a success, or `null`. */
  readonly reason: string | null;
  readonly output: string;
}

function commandLine(runtime: Runtime, files: readonly string[]): string[] {
  switch (runtime.kind) {
    case 'node':
      return ['--test', '--test-reporter=tap', ...files];
    case 'bun':
      return ['test', '--isolate', `--timeout=${TIME_LIMIT_MS}`, ...files.map((file) => `./${file}`)];
    case 'deno':
      return ['test', '--allow-all', '--no-check', '--no-lock', '--node-modules-dir=manual', ...files];
  }
}

/** The number that `pattern` finds last in `output`: the runner's summary comes at the end. */
function lastNumber(output: string, pattern: RegExp): number {
  let found = 0;
  for (const match of output.matchAll(pattern)) found = Number(match[1]);
  return found;
}

interface Counts {
  readonly passed: number;
  readonly failed: number;
  /** Test files that were run, or `null` where the runner does not say. */
  readonly files: number | null;
}

function counts(runtime: Runtime, output: string): Counts {
  switch (runtime.kind) {
    case 'node':
      return {
        passed: lastNumber(output, /^# pass (\d+)$/gm),
        failed: lastNumber(output, /^# fail (\d+)$/gm) + lastNumber(output, /^# cancelled (\d+)$/gm),
        files: null,
      };
    case 'bun':
      return {
        passed: lastNumber(output, /^ *(\d+) pass$/gm),
        failed: lastNumber(output, /^ *(\d+) fail$/gm),
        files: lastNumber(output, /^Ran \d+ tests? across (\d+) files?/gm),
      };
    case 'deno':
      return {
        passed: lastNumber(output, /\| (\d+) passed/g) + lastNumber(output, /passed \((\d+) steps?\)/g),
        failed: lastNumber(output, /\| (\d+) failed/g),
        files: [...output.matchAll(/^running \d+ tests? from /gm)].length,
      };
  }
}

interface Exit {
  readonly output: string;
  readonly problem: string | null;
}

async function runToItsEnd(runtime: Runtime, files: readonly string[]): Promise<Exit> {
  const { FORCE_COLOR: _, NODE_TEST_CONTEXT: __, ...inherited } = process.env;
  const options = {
    cwd: ROOT,
    env: { ...inherited, NO_COLOR: '1' },
    timeout: TIME_LIMIT_MS,
    killSignal: 'SIGKILL' as const,
    maxBuffer: 1 << 28,
  };
  return await new Promise((resolve) => {
    const child = execFile(runtime.executable, commandLine(runtime, files), options, (error, stdout, stderr) => {
      const problem = error === null ? null : error.killed === true ? 'killed' : `exit code ${error.code ?? 'none'}`;
      resolve({ output: stripVTControlCharacters(stdout + stderr), problem });
    });
    child.stdin?.end();
  });
}

async function run(runtime: Runtime, files: readonly string[]): Promise<Outcome> {
  const began = performance.now();
  const { output, problem } = await runToItsEnd(runtime, files);
  const seconds = (performance.now() - began) / 1000;
  const { passed, failed, files: filesRun } = counts(runtime, output);
  let reason = problem;
  if (reason === null && failed > 0) reason = `${failed} failed`;
  if (reason === null && passed === 0) reason = 'no test was run';
  if (reason === null && filesRun !== null && filesRun !== files.length) {
    reason = `${filesRun} of ${files.length} files were run`;
  }
  return { runtime, passed, failed, seconds, reason, output };
}

/** The outcomes in the order of `runtimes`. */
async function runAll(runtimes: readonly Runtime[], files: readonly string[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let next = 0;
  async function work(): Promise<void> {
    for (let i = next++; i < runtimes.length; i = next++) outcomes[i] = await run(runtimes[i]!, files);
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return outcomes;
}

function printTable(outcomes: readonly Outcome[]): void {
  console.log(`\n${'runtime'.padEnd(20)} ${'passed'.padStart(8)} ${'failed'.padStart(8)} ${'seconds'.padStart(8)}`);
  for (const { runtime, passed, failed, seconds, reason } of outcomes) {
    const numbers = [String(passed), String(failed), seconds.toFixed(1)].map((text) => text.padStart(8)).join(' ');
    console.log(`${`${runtime.label} (${runtime.version})`.padEnd(20)} ${numbers}  ${reason ?? 'ok'}`);
  }
}

async function main(): Promise<number> {
  const suites = SUITES.filter((suite) => existsSync(join(ROOT, 'test', suite)));
  const files = suites.flatMap((suite) => globSync(`test/${suite}/**/*.test.ts`, { cwd: ROOT }).toSorted());
  if (files.length === 0) throw new Error('there are no suites to run');
  console.log(`${files.length} files of test/{${suites.join(',')}}`);
  const { values } = parseArgs({ options: { others: { type: 'boolean', default: false } } });
  const runtimes = obtainRuntimes().filter(({ version }) => !values.others || version !== process.versions.node);
  const outcomes = await runAll(runtimes, files);
  const bad = outcomes.filter((outcome) => outcome.reason !== null);
  for (const { runtime, reason, output } of bad) {
    console.log(`\n---- ${runtime.label} ${runtime.version}: ${reason}\n\n${output}`);
  }
  printTable(outcomes);
  return bad.length === 0 ? 0 : 1;
}

process.exitCode = await main();
