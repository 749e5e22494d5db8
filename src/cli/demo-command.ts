import { Command } from 'commander';
import { CommandError } from './command-error.ts';
import { DiskFile } from './demo/disk-file.ts';
import { DEFAULT_OPTIONS, demoOptions, type DemoOptionValues, OPTION_RANGES } from './demo/options.ts';
import { reportJson, reportText } from './demo/report.ts';
import { type DemoHooks, type DemoRun, runDemo, verdict } from './demo/run.ts';
import type { WorkerModules } from './demo/worker-handle.ts';
import { EXIT_CLEAN, EXIT_FAILED, EXIT_UNUSABLE } from './exit-codes.ts';
import { FileError } from './file-error.ts';
import { listenForInterruption } from './interruption.ts';
import { describeRange, takeNumber } from './number-option.ts';
import { complain, writeOutput } from './output.ts';
import { paintFor } from './paint.ts';
import { printableJson } from './printable.ts';
import { Progress } from './progress.ts';

interface CommandOptions extends DemoOptionValues {
  readonly json?: true;
}

const HELP = `
A guest and a host, two threads, share a guest's memory with two rings in it. The guest reads FILE as a disk: its requests
name its own pages, the host fills them. What the guest got is compared with the file.

Exit codes:
  0    the guest got exactly the file, and no wake-up was lost
  1    something differs or failed; the reason is said
  2    FILE cannot be read, or an option is wrong
  129, 130, 143  ended by SIGHUP, Ctrl-C, SIGTERM

Examples:
  $ vmbus-ring demo
  $ vmbus-ring demo --ring-kib 4 --in-flight 256 --request-kib 1 disk.img
  $ vmbus-ring demo --json | jq .run.bytesPerSecond
`;

/** `vmbus-ring demo [FILE]`. Tests give modules of their own for guest and host. */
export function demoCommand(workers?: WorkerModules): Command {
  const command = new Command('demo')
    .description('a guest reads a file as a disk, through a pair of rings')
    .argument('[file]', "the disk; the running Node's own executable if left out", process.execPath);
  addNumber(command, '--ring-kib <n>', 'data of each ring', 'ringKib');
  addNumber(command, '--in-flight <n>', 'requests under way', 'inFlight');
  addNumber(command, '--request-kib <n>', 'size of a request', 'requestKib');
  return command
    .option('--json', 'print one JSON document')
    .addHelpText('after', HELP)
    .action((path: string, options: CommandOptions) => demo(path, options, workers));
}

function addNumber(command: Command, flags: string, what: string, name: keyof DemoOptionValues): void {
  const range = OPTION_RANGES[name];
  command.option(flags, `${what}: ${describeRange(range)}`, takeNumber(range), DEFAULT_OPTIONS[name]);
}

async function demo(path: string, options: CommandOptions, workers: WorkerModules | undefined): Promise<void> {
  const interruption = listenForInterruption();
  let run: DemoRun | null = null;
  let error: CommandError | null;
  try {
    run = await runOn(path, options, { signal: interruption.signal, ...(workers !== undefined && { workers }) });
    error = verdict(run);
  } catch (caught) {
    error = toCommandError(caught);
  } finally {
    interruption.stop();
  }
  process.exitCode = error === null ? EXIT_CLEAN : error.exitCode;
  if (error !== null) complain(error.message);
  await writeOutput(options.json === true ? [`${printableJson(reportJson(run, error), 2)}\n`] : textOf(run));
}

async function runOn(path: string, values: DemoOptionValues, hooks: DemoHooks): Promise<DemoRun> {
  const disk = await DiskFile.open(path);
  let progress: Progress | null = null;
  try {
    progress = await Progress.create(disk.bytes);
    return await runDemo(disk, demoOptions(values), { ...hooks, onStart: (readBytes) => progress?.start(readBytes) });
  } finally {
    progress?.stop();
    await disk.close();
  }
}

function* textOf(run: DemoRun | null): Generator<string, void, undefined> {
  if (run === null) return;
  for (const line of reportText(run, paintFor(process.stdout))) yield `${line}\n`;
}

function toCommandError(caught: unknown): CommandError {
  if (caught instanceof CommandError) return caught;
  if (caught instanceof FileError) return new CommandError(EXIT_UNUSABLE, caught.message);
  return new CommandError(EXIT_FAILED, caught instanceof Error ? caught.message : String(caught));
}
