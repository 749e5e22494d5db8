import { FlatRingMem } from '../../src/index.ts';
import type { BenchmarkOptions, Figure } from '../benchmark.ts';
import { asCost, inTurn } from '../jobs/in-turn.ts';
import { timeMoves } from '../jobs/mover.ts';
import { RingMover } from '../jobs/ring-mover.ts';
import { CopyMover } from './copy-mover.ts';
import { bytesName, type Growth } from './growth.ts';

const RING_BYTES = 2 * 1024 * 1024;

/** The last is the largest that a packet in the ring can carry: 65,535 units of 8 bytes, less its descriptor. */
const PAYLOAD_BYTES: readonly number[] = [8, 40, 256, 1024, 4096, 16_384, 65_536, 262_144, 524_264];

/** Labels of neighbours that would touch are left out. */
const TICKS = PAYLOAD_BYTES.filter((bytes) => bytes !== 262_144);

/** Bytes of the first pass of each size: the ring wraps more than once. */
const TRIAL_BYTES = 8 * 1024 * 1024;
const MAXIMUM_TRIAL = 16_000;

const WAYS = ['through the ring', 'bare copy'] as const;

async function measurePayload(payloadBytes: number, options: BenchmarkOptions): Promise<Figure[]> {
  const [ring, copy] = WAYS;
  const movers = [
    { name: ring, mover: new RingMover(new FlatRingMem(RING_BYTES), payloadBytes, 1) },
    { name: copy, mover: new CopyMover(payloadBytes) },
  ];
  const contenders = movers.map(({ name, mover }) => ({
    name,
    run: (count: number, verify: boolean) => timeMoves(mover, count, verify),
  }));
  const trial = Math.min(Math.ceil(TRIAL_BYTES / payloadBytes), MAXIMUM_TRIAL);
  const figures = await inTurn(contenders, copy, { trial, batch: 1 }, options);
  return WAYS.map((way) => asCost(figures.get(way)!));
}

async function measure(options: BenchmarkOptions): Promise<Figure[][]> {
  const figures: Figure[][] = [];
  for (const payloadBytes of PAYLOAD_BYTES) {
    options.progress(`payload of ${bytesName(payloadBytes)}`);
    figures.push(await measurePayload(payloadBytes, options));
  }
  return figures;
}

const X = {
  label: 'payload of a packet',
  scale: 'log',
  ticks: TICKS.map((value) => ({ value, label: bytesName(value) })),
} as const;

/** What a payload costs is a copy in and a copy out, and next to nothing else when it is large. */
export const payloadGrowth: Growth = {
  title: 'payloads grow, 1 a commit, ns per packet (times that of the bare copy, in and out)',
  sizes: PAYLOAD_BYTES,
  columns: WAYS,
  nameOf: bytesName,
  measure,
  plots: [
    {
      file: 'scale-payloads.svg',
      title: 'Packets of different sizes, up to the largest, 1 a commit',
      x: X,
      y: { label: 'ns per packet', scale: 'log' },
    },
    {
      file: 'scale-payload-rate.svg',
      title: 'Bytes through packets of different sizes, up to the largest, 1 a commit',
      x: X,
      y: { label: 'GB/s of payload', scale: 'linear' },
      // A byte per ns is a GB per second.
      show: (ns, payloadBytes) => payloadBytes / ns,
    },
  ],
};
