// A hostile peer against our side of everything, for a while: `npm run test:hostile -- --seconds N [--seed S]`, two minutes if nothing is said.
//
// The seed decides what the peer does, and what our side does; when each of it happens, the machine decides.
import { parseArgs } from 'node:util';
import { onEndingSignal } from '../../scripts/ending-signals.ts';
import { LONG_RUN_OPTIONS, longRun } from '../../scripts/long-run.ts';
import { runMain } from '../../scripts/run-main.ts';
import { shortcomings } from './expectations.ts';
import type { OurReport } from './episode.ts';
import { HostileThreads } from './run.ts';

function table(title: string, counts: Readonly<Record<string, number>>): void {
  console.log(`\n${title}`);
  const rows = Object.entries(counts).toSorted(([, a], [, b]) => b - a);
  for (const [name, count] of rows) console.log(`  ${String(count).padStart(10)}  ${name}`);
}

function print(report: OurReport): void {
  const { operations, errors, accepted, slowest, mostBytes, episodes } = report;
  table('operations', operations);
  table('errors', errors);
  table('packets and messages accepted, by strategy', accepted);
  const total = Object.values(operations).reduce((sum, count) => sum + count, 0);
  console.log(
    `\n${episodes} channels, ${total} operations, ${(mostBytes / 2 ** 20).toFixed(1)} MiB of heap and buffers at most`,
  );
  console.log(`the slowest operation took ${slowest.milliseconds.toFixed(1)} ms: ${slowest.name}`);
}

async function main(): Promise<number> {
  const { seconds, seed } = longRun(parseArgs({ options: LONG_RUN_OPTIONS }).values, 120);
  console.log(`a hostile peer for ${seconds} s; replay with --seed ${seed}`);
  const threads = new HostileThreads(seed, seconds);
  let stoppedWith: number | null = null;
  onEndingSignal((signal, exitCode) => {
    console.error(`stopped by ${signal}`);
    stoppedWith = exitCode;
    threads.stop();
  });
  const run = await threads.run();
  if (run.report !== null) print(run.report);
  console.log(`the peer took ${run.steps} steps; the honest channel delivered ${run.honest} packets, each checked`);
  // Who stops it may do so before anything has happened.
  const missing = stoppedWith === null ? shortcomings(run, seconds) : [];
  const wrong = run.failure !== null ? [run.failure] : missing;
  for (const what of wrong) console.error(`FAILED: ${what}`);
  return wrong.length > 0 ? 1 : (stoppedWith ?? 0);
}

await runMain(main);
