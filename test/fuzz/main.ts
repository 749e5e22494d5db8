// Fuzzes what takes bytes of a hostile peer: `npm run test:fuzz -- --seconds N [--target T] [--seed S] [--keep] [--files]`.
//
// The seconds are shared by all targets, 60 if left out. Findings are written to test/fuzz/crashes/, where replay.test.ts runs them from then on. With
// `--keep` the corpus is replaced by the smallest that reaches all that was reached; with `--files` it is said how much of which file was.
import { parseArgs } from 'node:util';
import { onEndingSignal } from '../../scripts/ending-signals.ts';
import { LONG_RUN_OPTIONS, type LongRun, longRun } from '../../scripts/long-run.ts';
import { runMain } from '../../scripts/run-main.ts';
import { totalOf } from './engine/coverage.ts';
import type { FuzzReport } from './engine/fuzz-worker.ts';
import { FuzzThread } from './engine/fuzz-thread.ts';
import { keepInput, readInputs, replaceInputs } from './engine/store.ts';
import { TARGETS } from './targets/all-targets.ts';

function percent(part: number, whole: number): string {
  return `${((100 * part) / Math.max(whole, 1)).toFixed(1)} %`;
}

function describe(name: string, report: FuzzReport, withFiles: boolean): void {
  const { entered, blocks } = totalOf(report.coverage);
  const rate = `${Math.round(report.executionsPerSecond)}/s`;
  const covered = `${entered} of ${blocks} blocks (${percent(entered, blocks)})`;
  console.log(
    `${name}: ${report.executions} executions, ${rate}, ${report.features} features, ${covered} of its sources`,
  );
  if (!withFiles) return;
  for (const of of report.coverage) console.log(`  ${of.file}: ${percent(of.entered, of.blocks)} of ${of.blocks}`);
}

interface Options extends LongRun {
  readonly targets: readonly string[];
  /** The corpus is replaced. */
  readonly keep: boolean;
  readonly files: boolean;
}

function parseOptions(): Options {
  const { values } = parseArgs({
    options: {
      ...LONG_RUN_OPTIONS,
      target: { type: 'string', multiple: true },
      keep: { type: 'boolean', default: false },
      files: { type: 'boolean', default: false },
    },
  });
  const { target: targets = Object.keys(TARGETS), keep, files } = values;
  const unknown = targets.filter((name) => !Object.hasOwn(TARGETS, name));
  if (unknown.length > 0)
    throw new Error(`no ${unknown.join(', ')}: the targets are ${Object.keys(TARGETS).join(', ')}`);
  return { ...longRun(values, 60), targets, keep, files };
}

let running: FuzzThread | null = null;

/** True if no promise was broken. */
async function fuzz(name: string, { seconds, seed, targets, keep, files }: Options): Promise<boolean> {
  const kept = (['corpus', 'crashes'] as const).flatMap((kind) => [...readInputs(kind, name).values()]);
  const corpus = [...kept, ...TARGETS[name]!.seeds()];
  running = new FuzzThread({ target: name, seconds: seconds / targets.length, seed, corpus });
  const outcome = await running.ended;
  running = null;
  if ('report' in outcome) describe(name, outcome.report, files);
  const crash = 'report' in outcome ? outcome.report.crash : outcome;
  if (crash === null) {
    if (keep && 'report' in outcome) replaceInputs('corpus', name, outcome.report.corpus);
    return true;
  }
  console.error(`${name}: ${crash.error}\nkept as ${keepInput('crashes', name, crash.input)}`);
  return false;
}

async function main(): Promise<number> {
  const options = parseOptions();
  const { seconds, seed, targets } = options;
  console.log(`fuzzing ${targets.length} targets for ${seconds} s; replay with --seed ${seed}`);
  let stoppedWith: number | null = null;
  onEndingSignal((signal, exitCode) => {
    console.error(`stopped by ${signal}`);
    stoppedWith = exitCode;
    running?.stop();
  });
  let failures = 0;
  for (const name of targets) {
    if (stoppedWith !== null) break;
    if (!(await fuzz(name, options))) failures++;
  }
  return failures > 0 ? 1 : (stoppedWith ?? 0);
}

await runMain(main);
