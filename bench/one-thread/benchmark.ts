import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Benchmark, BenchmarkOptions, Section } from '../benchmark.ts';
import { median, spread } from '../statistics.ts';
import { BATCHES, type Cell, PAYLOAD_BYTES } from './measure.ts';
import { MEMORY_KINDS, type MemoryKind } from './memories.ts';

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url));
const CHILD_TIMEOUT_MS = 15 * 60_000;

interface Process {
  readonly name: string;
  readonly kinds: readonly MemoryKind[];
}

/** Each kind of memory in a process of its own, then all of them in one: call sites that have seen all are no slower. */
const PROCESSES: readonly Process[] = [
  ...MEMORY_KINDS.map((kind) => ({ name: 'alone', kinds: [kind] })),
  { name: 'together', kinds: MEMORY_KINDS },
];

async function runChild(kinds: readonly MemoryKind[], { rounds, cellMs }: BenchmarkOptions): Promise<Cell[]> {
  const args = [...process.execArgv, CHILD, kinds.join(','), String(rounds), String(cellMs)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: CHILD_TIMEOUT_MS });
  return JSON.parse(stdout) as Cell[];
}

function row(name: string, cells: readonly Cell[], rivals: readonly Cell[]): Section['rows'][number] {
  const figures = cells.map((cell) => {
    const rival = rivals.find((r) => r.payloadBytes === cell.payloadBytes && r.batch === cell.batch);
    const ratios = cell.roundsNs.map((ns, i) => ns / (rival?.roundsNs[i] ?? NaN));
    return { value: median(cell.roundsNs), spread: spread(cell.roundsNs), ratio: median(ratios) };
  });
  return { name, figures };
}

async function run(options: BenchmarkOptions): Promise<Section[]> {
  const results: { name: string; cells: Cell[] }[] = [];
  for (const { name, kinds } of PROCESSES) {
    options.progress(`${kinds.join(', ')}, ${name}`);
    results.push({ name, cells: await runChild(kinds, options) });
  }
  return BATCHES.map((batch) => {
    const rows: Section['rows'][number][] = [];
    for (const who of [...MEMORY_KINDS, 'ringbuf.js'] as const) {
      for (const { name, cells } of results) {
        const inBatch = cells.filter((cell) => cell.batch === batch);
        const mine = inBatch.filter((cell) => cell.who === who);
        const rivals = inBatch.filter((cell) => cell.who === 'ringbuf.js');
        if (mine.length > 0 && (who !== 'ringbuf.js' || name === 'together')) {
          rows.push(row(who === 'ringbuf.js' ? 'ringbuf.js (rival)' : `${who}, ${name}`, mine, rivals));
        }
      }
    }
    const title = `${batch} packet${batch === 1 ? '' : 's'} a commit, ns per packet (times the rival's)`;
    return { title, columns: PAYLOAD_BYTES.map((bytes) => `${bytes} B`), rows };
  });
}

/** Write, commit, read, commit on one thread. */
export const oneThread: Benchmark = {
  name: 'one-thread',
  description: 'write + commit + read + commit of in-band packets in one thread, over three kinds of shared memory',
  run,
};
