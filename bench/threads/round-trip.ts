import type { BenchmarkOptions, Section } from '../benchmark.ts';
import type { DpdkProcess } from '../dpdk/dpdk-process.ts';
import { type Contest, measureTable } from '../jobs/in-turn.ts';
import type { Crew } from './crew.ts';
import { runDpdk } from './dpdk-run.ts';
import { ROUND_TRIP } from './questions.ts';
import type { Way } from './task.ts';

const PAYLOAD_BYTES: readonly number[] = [8];

const WAITING: readonly Way[] = ['ring', 'queue, blocking', 'pipe, blocking', 'queue, asynchronous'];
const RIVAL: Way = 'postMessage, cloned';

/** There and back: spinning against DPDK, and waiting as programs do against `postMessage`. */
export async function measureRoundTrips(crew: Crew, dpdk: DpdkProcess, options: BenchmarkOptions): Promise<Section[]> {
  const spinning: Contest<'ring, spinning' | 'DPDK, spinning'> = {
    ways: ['ring, spinning', 'DPDK, spinning'],
    rival: 'DPDK, spinning',
    run: (way, first, work) =>
      way === 'DPDK, spinning' ? runDpdk(dpdk, first, work) : crew.run(first, { way, ...work }),
  };
  const waiting: Contest<Way> = {
    ways: [...WAITING, RIVAL],
    rival: RIVAL,
    run: (way, first, work) => crew.run(first, { way, ...work }),
  };
  await crew.warmUp(['ring, spinning', ...WAITING], ROUND_TRIP);
  const title = `${ROUND_TRIP.title} to a worker, ns`;
  return [
    await measureTable(`${title}, spinning (DPDK's, divided by it)`, spinning, ROUND_TRIP, PAYLOAD_BYTES, options),
    await measureTable(`${title}, waiting (postMessage's, divided by it)`, waiting, ROUND_TRIP, PAYLOAD_BYTES, options),
  ];
}
