import type { BenchmarkOptions, Section } from '../benchmark.ts';
import { measureMovers } from '../jobs/measure-movers.ts';
import { MOVERS } from './movers.ts';

const PAYLOAD_BYTES: readonly number[] = [8, 256, 4096];
const BATCHES: readonly number[] = [1, 16];

/** One table for each size of batches. */
export async function measure(options: BenchmarkOptions): Promise<Section[]> {
  const sections: Section[] = [];
  for (const batch of BATCHES) {
    const title = `${batch} message${batch === 1 ? '' : 's'} at a time, ns per message, of a call and its answer half (times the ring's)`;
    sections.push(await measureMovers(title, MOVERS, batch, PAYLOAD_BYTES, options));
  }
  return sections;
}
