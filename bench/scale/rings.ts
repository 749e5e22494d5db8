import { FlatRingMem } from '../../src/index.ts';
import type { BenchmarkOptions, Figure } from '../benchmark.ts';
import { asCost, inTurn } from '../jobs/in-turn.ts';
import { timeMoves } from '../jobs/mover.ts';
import { RingMover } from '../jobs/ring-mover.ts';
import { bytesName, type Growth } from './growth.ts';

const PAYLOAD_BYTES = 40;

/** What the other rings are compared with. */
const RIVAL_BYTES = 64 * 1024;
const SIZES: readonly number[] = Array.from({ length: 8 }, (_, i) => 4096 * 4 ** i);
const BATCHES: readonly number[] = [1, 16];

/** The ring of 64 MiB wraps only where as much time is given as is by default. */
const TRIAL = 16_000;

/** Memory of which the system has given every page: that is no cost of a packet. */
function touched(ringBytes: number): FlatRingMem {
  const memory = new FlatRingMem(ringBytes);
  new Uint8Array(memory.buffer).fill(0);
  return memory;
}

/** A figure for each size. All take turns, each time with memory of their own that is gone afterwards. */
async function measureBatch(batch: number, options: BenchmarkOptions): Promise<Figure[]> {
  const contenders = SIZES.map((ringBytes) => ({
    name: bytesName(ringBytes),
    run: (count: number, verify: boolean) =>
      timeMoves(new RingMover(touched(ringBytes), PAYLOAD_BYTES, batch), count, verify),
  }));
  const figures = await inTurn(contenders, bytesName(RIVAL_BYTES), { trial: TRIAL, batch }, options);
  return contenders.map(({ name }) => asCost(figures.get(name)!));
}

async function measure(options: BenchmarkOptions): Promise<Figure[][]> {
  const columns: Figure[][] = [];
  for (const batch of BATCHES) {
    options.progress(`rings, ${batch} a commit`);
    columns.push(await measureBatch(batch, options));
  }
  return SIZES.map((_, i) => columns.map((figures) => figures[i]!));
}

/** A ring is the slower the fewer of the caches hold it, and by nothing else. */
export const ringGrowth: Growth = {
  title: `the ring grows, ns per packet of ${PAYLOAD_BYTES} bytes (times that of the ring of ${bytesName(RIVAL_BYTES)})`,
  sizes: SIZES,
  columns: BATCHES.map((batch) => `${batch} a commit`),
  nameOf: bytesName,
  measure,
  plots: [
    {
      file: 'scale-rings.svg',
      title: `A packet of ${PAYLOAD_BYTES} bytes through rings of different sizes`,
      x: {
        label: "size of the ring's data",
        scale: 'log',
        ticks: SIZES.map((value) => ({ value, label: bytesName(value) })),
      },
      y: { label: 'ns per packet', scale: 'linear' },
    },
  ],
};
