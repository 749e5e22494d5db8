import { writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { parseArgs } from 'node:util';
import type { Benchmark, Section } from './benchmark.ts';
import { formatTable } from './format-table.ts';
import { garbage } from './garbage/benchmark.ts';
import { layers } from './layers/benchmark.ts';
import { mixed } from './mixed/benchmark.ts';
import { oneThread } from './one-thread/benchmark.ts';
import { packetTypes } from './packet-types/benchmark.ts';
import { processes } from './processes/benchmark.ts';
import { rivalVersions } from './rivals.ts';
import { scale } from './scale/benchmark.ts';
import { streams } from './streams/benchmark.ts';
import { threads } from './threads/benchmark.ts';

const BENCHMARKS: readonly Benchmark[] = [
  oneThread,
  packetTypes,
  layers,
  garbage,
  mixed,
  scale,
  threads,
  streams,
  processes,
];

const USAGE = `npm run bench -- [NAME...] [--quick | --rounds N] [--best] [--json FILE] [--svg FOLDER]

${BENCHMARKS.map(({ name, description }) => `  ${name.padEnd(14)} ${description}`).join('\n')}

  --quick        one short round: shows that everything runs, not how fast
  --rounds N     so many rounds in place of 5
  --best         shows the best round of each, not the median: for hosts with neighbours; the file has both
  --json FILE    writes the figures to FILE as well
  --svg FOLDER   writes the plots of the benchmarks that have some to FOLDER
`;

/** Ends the program with exit code 2 where the arguments are none. */
function parseArguments(): ReturnType<typeof parse> {
  try {
    return parse();
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
    process.exit(2);
  }
}

const parse = () => {
  const parsed = parseArgs({
    allowPositionals: true,
    options: {
      help: { type: 'boolean' },
      quick: { type: 'boolean' },
      rounds: { type: 'string' },
      best: { type: 'boolean', default: false },
      json: { type: 'string' },
      svg: { type: 'string' },
    },
  });
  const { quick, rounds } = parsed.values;
  if (quick === true && rounds !== undefined) throw new Error('--quick is one round');
  const count = quick === true ? 1 : Number(rounds ?? 5);
  if (!Number.isInteger(count) || count < 1 || count > 1000) throw new Error('--rounds is a number from 1 to 1000');
  return { ...parsed, rounds: count };
};

const { values, positionals, rounds } = parseArguments();
const unknown = positionals.filter((name) => !BENCHMARKS.some((benchmark) => benchmark.name === name));
if (values.help === true || unknown.length > 0) {
  if (unknown.length > 0) console.error(`there is no benchmark ${unknown.join(', ')}\n`);
  console.log(USAGE);
  process.exit(unknown.length > 0 ? 2 : 0);
}

const machine = {
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  kernel: release(),
  node: process.version,
  v8: process.versions.v8,
  rivals: rivalVersions(),
};
const { dpdk, compiler, ringbuf } = machine.rivals;
console.log(`${machine.cpu}, ${machine.cores} cores, kernel ${machine.kernel}, Node ${machine.node}, V8 ${machine.v8}
rivals: DPDK ${dpdk} (compiled by GCC ${compiler}, -O2), ringbuf.js ${ringbuf}, and what Node has\n`);

if (values.best) console.log(`the best of ${rounds} ${rounds === 1 ? 'round' : 'rounds'}\n`);
if (values.quick === true) console.log('quick: one short round, these are no measurements\n');

const results: Record<string, Section[]> = {};

async function runAll(): Promise<void> {
  for (const benchmark of BENCHMARKS) {
    if (positionals.length > 0 && !positionals.includes(benchmark.name)) continue;
    const began = performance.now();
    const sections = await benchmark.run({
      rounds,
      cellMs: values.quick === true ? 2 : 40,
      svgFolder: values.svg,
      progress: (what) => process.stderr.isTTY && console.error(`${benchmark.name}: ${what}`),
    });
    results[benchmark.name] = sections;
    for (const section of sections) console.log(formatTable(section, values.best));
    console.log(`${benchmark.name}: ${Math.round((performance.now() - began) / 1000)} s\n`);
  }
}

try {
  await runAll();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ machine, results }, null, 2)}\n`);
