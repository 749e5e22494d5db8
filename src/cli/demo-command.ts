import { styleText } from 'node:util';
import { Command } from 'commander';
import { DemoError } from './demo/demo-error.ts';
import { DiskFile } from './demo/disk-file.ts';
import {
  DEFAULT_OPTION_TEXTS,
  describeRange,
  type DemoOptionTexts,
  OPTION_RANGES,
  parseDemoOptions,
} from './demo/options.ts';
import { Progress } from './demo/progress.ts';
import { type Paint, reportJson, reportText } from './demo/report.ts';
import { type DemoHooks, type DemoRun, runDemo, verdict } from './demo/run.ts';
import type { WorkerModules } from './demo/worker-handle.ts';
import { complain, writeOutput } from './output.ts';

interface CommandOptions extends DemoOptionTexts {
  readonly json?: true;
}

const STYLES = { heading: 'bold', detail: 'dim', warning: 'yellow', error: 'red' } as const;

const HELP = `
A guest and a host, two threads, share a guest's memory with two rings in it. The guest reads FILE as a disk: its requests
name its own pages, the host fills them. What the guest got is compared with the file.

Exit codes:
  0    the guest got exactly the file, and no wake-up was lost
  1    something differs or failed; the reason is said
  2    FILE cannot be read, or an option is wrong
  130  interrupted

Examples:
  $ vmbus-ring demo
  $ vmbus-ring demo --ring-kib 4 --in-flight 256 --request-kib 1 disk.img
  $ vmbus-ring demo --json | jq .run.bytesPerSecond
`;

/** `vmbus-ring demo [FILE]`. Tests give modules of their own for guest and host. */
export function demoCommand(workers?: WorkerModules): Command {
  const { ringKib, inFlight, requestKib } = OPTION_RANGES;
  return new Command('demo')
    .description('a guest reads a file as a disk, through a pair of rings')
    .argument('[file]', "the disk; the running Node's own executable if left out", process.execPath)
    .option('--ring-kib <n>', `data of each ring: ${describeRange(ringKib)}`, DEFAULT_OPTION_TEXTS.ringKib)
    .option('--in-flight <n>', `requests under way: ${describeRange(inFlight)}`, DEFAULT_OPTION_TEXTS.inFlight)
    .option('--request-kib <n>', `size of a request: ${describeRange(requestKib)}`, DEFAULT_OPTION_TEXTS.requestKib)
    .option('--json', 'print one JSON document')
    .addHelpText('after', HELP)
    .action((path: string, options: CommandOptions) => demo(path, options, workers));
}

async function demo(path: string, options: CommandOptions, workers: WorkerModules | undefined): Promise<void> {
  const interruption = new AbortController();
  const interrupt = (): void => interruption.abort(new DemoError(130, 'interrupted'));
  // Once: the second Ctrl-C ends the process there and then.
  process.once('SIGINT', interrupt);
  let run: DemoRun | null = null;
  let error: DemoError | null;
  try {
    run = await runOn(path, options, { signal: interruption.signal, ...(workers !== undefined && { workers }) });
    error = verdict(run);
  } catch (caught) {
    error = toDemoError(caught);
  } finally {
    process.removeListener('SIGINT', interrupt);
  }
  process.exitCode = error === null ? 0 : error.exitCode;
  if (error !== null) complain(error.message);
  await writeOutput(options.json === true ? [`${JSON.stringify(reportJson(run, error), null, 2)}\n`] : textOf(run));
}

async function runOn(path: string, texts: DemoOptionTexts, hooks: DemoHooks): Promise<DemoRun> {
  const options = parseDemoOptions(texts);
  const disk = await DiskFile.open(path);
  let progress: Progress | null = null;
  try {
    progress = await Progress.create(disk.bytes);
    return await runDemo(disk, options, { ...hooks, onStart: (readBytes) => progress?.start(readBytes) });
  } finally {
    progress?.stop();
    await disk.close();
  }
}

function* textOf(run: DemoRun | null): Generator<string, void, undefined> {
  if (run === null) return;
  const paint: Paint | null = process.stdout.isTTY && process.stdout.hasColors() ? paintForTerminal : null;
  for (const line of reportText(run, paint ?? ((_role, text) => text))) yield `${line}\n`;
}

const paintForTerminal: Paint = (role, text) => styleText(STYLES[role], text);

function toDemoError(caught: unknown): DemoError {
  if (caught instanceof DemoError) return caught;
  return new DemoError(1, caught instanceof Error ? caught.message : String(caught));
}
