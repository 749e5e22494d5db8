import { type ChildProcess, spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { onEndingSignal } from './ending-signals.ts';
import { ROOT } from './project.ts';

/** For the test runner to end after it was told to. */
const GRACE_MS = 10_000;

export interface SuiteOptions {
  /** All suites: what takes longer hangs. */
  readonly limitMs: number;
  /** What Node's test runner is told besides. */
  readonly args?: readonly string[];
  /** What the suites find in their environment besides. */
  readonly variables?: Readonly<Record<string, string>>;
}

/**
 * Runs the suites that match `pattern`, in processes of their own: the exit code of the whole. The test runner is told to end
 * when this process is, when this process has died, and when time is over, and is killed if it does not.
 */
export function runSuites(pattern: string, { limitMs, args = [], variables = {} }: SuiteOptions): Promise<number> {
  const files = globSync(pattern, { cwd: ROOT }).toSorted();
  if (files.length === 0) throw new Error(`there are no suites: ${pattern}`);
  const runner = spawn('setpriv', ['--pdeathsig', 'TERM', process.execPath, '--test', ...args, ...files], {
    cwd: ROOT,
    env: { ...process.env, ...variables },
    stdio: 'inherit',
  });
  return end(runner, limitMs);
}

function end(runner: ChildProcess, limitMs: number): Promise<number> {
  return new Promise((ended, failed) => {
    let ownCode: number | null = null;
    const stop = (exitCode: number, why: string): void => {
      ownCode ??= exitCode;
      console.error(why);
      runner.kill('SIGTERM');
      setTimeout(() => runner.kill('SIGKILL'), GRACE_MS).unref();
    };
    onEndingSignal((signal, exitCode) => stop(exitCode, `stopped by ${signal}`));
    setTimeout(() => stop(1, `not at its end after ${limitMs / 1000} s`), limitMs).unref();
    runner.once('error', failed);
    runner.once('close', (code) => ended(ownCode ?? code ?? 1));
  });
}
