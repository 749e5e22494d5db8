// Fuzzes what takes bytes of a hostile peer: `npm run test:fuzz -- --seconds N [--target T] [--seed S] [--keep] [--files]`.
//
// The seconds are shared by all targets, 60 if left out. Findings are written to test/fuzz/crashes/, where replay.test.ts runs them from then on. With
// `--keep` the corpus is replaced by the smallest that reaches all that was reached; with `--files` it is said how much of which file was.
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { totalOf } from './engine/coverage.ts';
import type { FuzzReport } from './engine/fuzz-worker.ts';
import { FuzzThread } from './engine/fuzz-thread.ts';
import { keepInput, readInputs, replaceInputs } from './engine/store.ts';
import { TARGETS } from './targets/all-targets.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    target: { type: 'string', multiple: true },
    seed: { type: 'string' },
    keep: { type: 'boolean', default: false },
    files: { type: 'boolean', default: false },
  },
});
const seconds = Number(values.seconds);
const seed = values.seed === undefined ? randomInt(1, 2 ** 31) : Number(values.seed);
const names = values.target ?? Object.keys(TARGETS);
const unknown = names.filter((name) => !Object.hasOwn(TARGETS, name));
if (unknown.length > 0 || !(seconds > 0) || !Number.isInteger(seed)) {
  console.error(`the targets are ${Object.keys(TARGETS).join(', ')}; --seconds and --seed take numbers`);
  process.exit(2);
}

let running: FuzzThread | null = null;
const stop: { by: string | null } = { by: null };
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    stop.by = signal;
    running?.stop();
  });
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / Math.max(whole, 1)).toFixed(1)} %`;
}

function describe(name: string, report: FuzzReport): void {
  const { entered, blocks } = totalOf(report.coverage);
  const rate = `${Math.round(report.executionsPerSecond)}/s`;
  const covered = `${entered} of ${blocks} blocks (${percent(entered, blocks)})`;
  console.log(
    `${name}: ${report.executions} executions, ${rate}, ${report.features} features, ${covered} of its sources`,
  );
  if (!values.files) return;
  for (const of of report.coverage) console.log(`  ${of.file}: ${percent(of.entered, of.blocks)} of ${of.blocks}`);
}

/** True if no promise was broken. */
async function fuzz(name: string): Promise<boolean> {
  const kept = (['corpus', 'crashes'] as const).flatMap((kind) => [...readInputs(kind, name).values()]);
  const corpus = [...kept, ...TARGETS[name]!.seeds()];
  running = new FuzzThread({ target: name, seconds: seconds / names.length, seed, corpus });
  const outcome = await running.ended;
  running = null;
  if ('report' in outcome) describe(name, outcome.report);
  const crash = 'report' in outcome ? outcome.report.crash : outcome;
  if (crash === null) {
    if (values.keep && 'report' in outcome) replaceInputs('corpus', name, outcome.report.corpus);
    return true;
  }
  console.error(`${name}: ${crash.error}\nkept as ${keepInput('crashes', name, crash.input)}`);
  return false;
}

console.log(`fuzzing ${names.length} targets for ${seconds} s; replay with --seed ${seed}`);
let failures = 0;
for (const name of names) {
  if (stop.by !== null) break;
  if (!(await fuzz(name))) failures++;
}
if (stop.by !== null) console.error(`stopped by ${stop.by}`);
process.exitCode = failures > 0 ? 1 : stop.by === null ? 0 : 130;
