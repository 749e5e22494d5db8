// A hostile peer against our side of everything, for a while: `npm run test:hostile -- --seconds N [--seed S]`, two minutes if nothing is said.
//
// The seed decides what the peer does, and what our side does; when each of it happens, the machine decides.
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { shortcomings } from './expectations.ts';
import type { OurReport } from './episode.ts';
import { HostileThreads } from './run.ts';

const PROGRESS_MS = 1000;

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '120' }, seed: { type: 'string' } },
});
const seconds = Number(values.seconds);
const seed = values.seed === undefined ? randomInt(1, 2 ** 31) : Number(values.seed);
if (!(seconds > 0) || !Number.isInteger(seed)) {
  console.error('--seconds and --seed take numbers');
  process.exit(2);
}

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

console.log(`a hostile peer for ${seconds} s; replay with --seed ${seed}`);
const threads = new HostileThreads(seed, seconds);
const stop: { by: string | null } = { by: null };
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    stop.by = signal;
    threads.stop();
  });
}
let shown = 0;
const run = await threads.run((operations) => {
  if (!process.stderr.isTTY || performance.now() - shown < PROGRESS_MS) return;
  shown = performance.now();
  process.stderr.write(`\r${operations} operations `);
});
if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
if (run.report !== null) print(run.report);
console.log(`the peer took ${run.steps} steps; the honest channel delivered ${run.honest} packets, each checked`);
const wrong = run.failure !== null ? [run.failure] : shortcomings(run, stop.by === null ? seconds : 0);
for (const what of wrong) console.error(`FAILED: ${what}`);
if (stop.by !== null) console.error(`stopped by ${stop.by}`);
process.exitCode = wrong.length > 0 ? 1 : stop.by === null ? 0 : 130;
