import type { Benchmark, BenchmarkOptions, Figure, Section } from '../benchmark.ts';
import { asCost, inTurn } from '../jobs/in-turn.ts';
import { ProgramProcess } from '../jobs/program-process.ts';
import { MEMORY_KINDS, type MemoryKind } from './memories.ts';
import type { Cell, ProgramPlan, Run } from './program.ts';

const PAYLOAD_BYTES: readonly number[] = [8, 256, 4096];
const BATCHES: readonly number[] = [1, 16];

const CELLS: readonly Cell[] = BATCHES.flatMap((batch) =>
  PAYLOAD_BYTES.map((payloadBytes) => ({ payloadBytes, batch })),
);

const TRIAL = 16_000;

/** There are many cells: each has half of its time. */
const CELL_SHARE = 0.5;

/** What a program that uses all kinds may take, as many times as one that uses a single one. */
const BAR = 1.3;

/** In a process of its own: its compiler has seen no other kinds of memory than these. */
export function startProgram(plan: ProgramPlan): ProgramProcess<Run> {
  return new ProgramProcess(new URL('./program.ts', import.meta.url), plan);
}

/** What the mixed program takes, and how many times as much that is as the other one does, which uses that kind only. */
async function measureCell(
  mixed: ProgramProcess<Run>,
  single: ProgramProcess<Run>,
  kind: MemoryKind,
  cell: Cell,
  { rounds, cellMs, progress }: BenchmarkOptions,
): Promise<Figure> {
  const contenders = Object.entries({ mixed, single }).map(([name, program]) => ({
    name,
    run: (count: number, verify: boolean) => program.run({ kind, ...cell, count, verify }),
  }));
  const options = { rounds, cellMs: cellMs * CELL_SHARE, progress };
  const figures = await inTurn(contenders, 'single', { trial: TRIAL, batch: cell.batch }, options);
  return asCost(figures.get('mixed')!);
}

/** The figures of one kind, in the order of the cells. */
async function measureKind(mixed: ProgramProcess<Run>, kind: MemoryKind, options: BenchmarkOptions): Promise<Figure[]> {
  const single = startProgram({ kinds: [kind], cells: CELLS });
  try {
    const figures: Figure[] = [];
    for (const cell of CELLS) figures.push(await measureCell(mixed, single, kind, cell, options));
    return figures;
  } finally {
    await single.end();
  }
}

async function run(options: BenchmarkOptions): Promise<Section[]> {
  const mixed = startProgram({ kinds: MEMORY_KINDS, cells: CELLS });
  const figures = new Map<MemoryKind, Figure[]>();
  try {
    for (const kind of MEMORY_KINDS) {
      options.progress(kind);
      figures.set(kind, await measureKind(mixed, kind, options));
    }
  } finally {
    await mixed.end();
  }
  return BATCHES.map((batch) => {
    const packets = `${batch} packet${batch === 1 ? '' : 's'} a commit`;
    return {
      title: `${packets}, all kinds of memory in one program, ns per packet (times one with that kind only; bar ${BAR})`,
      columns: PAYLOAD_BYTES.map((bytes) => `${bytes} B`),
      rows: MEMORY_KINDS.map((name) => ({
        name,
        figures: figures.get(name)!.filter((_, i) => CELLS[i]!.batch === batch),
      })),
    };
  });
}

/** What a program pays for using all kinds of memory at once. */
export const mixed: Benchmark = {
  name: 'mixed',
  description: 'rings over all kinds of memory in one program, against programs that use one kind each: no cliff',
  run,
};
