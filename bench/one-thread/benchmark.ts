import type { Benchmark, BenchmarkOptions, Figure, Section } from '../benchmark.ts';
import { measureInChild } from '../jobs/child-process.ts';
import { asCost, figureOf } from '../jobs/in-turn.ts';
import { BATCHES, type Cell, PAYLOAD_BYTES, type Way } from './measure.ts';
import { MEMORY_KINDS, type MemoryKind } from './memories.ts';

const COLUMNS: readonly string[] = PAYLOAD_BYTES.map((bytes) => `${bytes} B`);

type Row = Section['rows'][number];

/** A row of one way, compared with what `rivalOf` says, in the same rounds. */
function rowOf(name: string, cells: readonly Cell[], way: Way, batch: number, rivalOf: (bytes: number) => Cell): Row {
  const figures = PAYLOAD_BYTES.map((bytes): Figure => {
    const cell = find(cells, way, bytes, batch);
    return asCost(figureOf(cell.roundsNs, rivalOf(bytes).roundsNs));
  });
  return { name, figures };
}

function find(cells: readonly Cell[], way: Way, bytes: number, batch: number): Cell {
  return cells.find((cell) => cell.way === way && cell.payloadBytes === bytes && cell.batch === batch)!;
}

/** Copied from the caller's array and into it, against DPDK at 1 a commit. */
function copied(batch: number, results: ReadonlyMap<MemoryKind, readonly Cell[]>): Section {
  const rows: Row[] = [];
  for (const [kind, cells] of results) {
    const dpdk = (bytes: number): Cell => find(cells, 'DPDK', bytes, batch);
    rows.push(rowOf(kind, cells, 'own arrays', batch, dpdk));
    if (kind !== 'for threads') continue;
    rows.push(rowOf('  payloads in it', cells, 'arrays in the memory', batch, dpdk));
    rows.push(rowOf('ringbuf.js (rival)', cells, 'ringbuf.js', batch, dpdk));
    rows.push(rowOf('DPDK, 1 a commit', cells, 'DPDK', batch, dpdk));
  }
  const title = `${batch} packet${batch === 1 ? '' : 's'} a commit, ns per packet (times DPDK's at 1 a commit)`;
  return { title, columns: COLUMNS, rows };
}

/** In place, against the smallest of the same. */
function inPlace(batch: number, results: ReadonlyMap<MemoryKind, readonly Cell[]>): Section {
  const smallest = PAYLOAD_BYTES[0]!;
  const rows = [...results].map(([kind, cells]) =>
    rowOf(kind, cells, 'in place', batch, () => find(cells, 'in place', smallest, batch)),
  );
  const title = `payloads in place, ${batch} a commit, ns per packet (times those of ${smallest} bytes)`;
  return { title, columns: COLUMNS, rows };
}

async function run(options: BenchmarkOptions): Promise<Section[]> {
  const results = new Map<MemoryKind, readonly Cell[]>();
  for (const kind of MEMORY_KINDS) {
    results.set(kind, await measureInChild<Cell[]>(new URL('./measure.ts', import.meta.url), options, [kind]));
  }
  return [...BATCHES.map((batch) => copied(batch, results)), ...BATCHES.map((batch) => inPlace(batch, results))];
}

/** Write, commit, read, commit on one thread, over one kind of memory a process. */
export const oneThread: Benchmark = {
  name: 'one-thread',
  description: 'write + commit + read + commit of in-band packets in one thread, against DPDK and ringbuf.js',
  run,
};
