import type { BenchmarkOptions } from '../benchmark.ts';
import type { ChildMessage, ChildTask } from './child-process.ts';

/** What a module has that is measured in a process of its own. */
interface Measurement {
  measure(options: BenchmarkOptions, ...args: string[]): Promise<unknown>;
}

const say = (message: ChildMessage): void => {
  process.send?.(message);
};

async function run({ module, options, args }: ChildTask): Promise<void> {
  const { measure } = (await import(module)) as Measurement;
  say({ result: await measure({ ...options, progress: (what) => say({ progress: what }) }, ...args) });
}

// Nobody is there any more who would read the result.
process.on('disconnect', () => process.exit(1));
process.once('message', (task: ChildTask) => {
  run(task).catch((error: unknown) => say({ error }));
});
