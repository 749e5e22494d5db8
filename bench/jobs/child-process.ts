import { fork } from 'node:child_process';
import type { BenchmarkOptions } from '../benchmark.ts';

/** What a measurement in a process of its own is told: all of the options that can be sent. */
export type ChildOptions = Pick<BenchmarkOptions, 'rounds' | 'cellMs'>;

/** What the process is to do: `measure` of `module`, with these. */
export interface ChildTask {
  readonly module: string;
  readonly options: ChildOptions;
  readonly args: readonly string[];
}

/** What it says meanwhile, and in the end. */
export type ChildMessage = { readonly progress: string } | { readonly result: unknown } | { readonly error: unknown };

const PROGRAM = new URL('./child-main.ts', import.meta.url);

/**
 * What `measure(options, ...args)` of a module returns, called in a process of its own: what ran before in this one, and what the
 * compiler learnt from it, does not matter. The process ends with it, or with this one.
 */
export function measureInChild<Result>(
  module: URL,
  { rounds, cellMs, progress }: BenchmarkOptions,
  args: readonly string[] = [],
  flags: readonly string[] = [],
): Promise<Result> {
  const child = fork(PROGRAM, { serialization: 'advanced', execArgv: [...process.execArgv, ...flags] });
  const task: ChildTask = { module: module.href, options: { rounds, cellMs }, args };
  return new Promise<Result>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => reject(new Error(`the process has ended (${signal ?? code})`)));
    child.on('message', (message: ChildMessage) => {
      if ('progress' in message) progress(message.progress);
      else if ('result' in message) resolve(message.result as Result);
      else reject(message.error);
    });
    child.send(task);
  }).finally(() => child.kill());
}
