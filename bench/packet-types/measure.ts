import type { BenchmarkOptions, Section } from '../benchmark.ts';
import { measureMovers } from '../jobs/measure-movers.ts';
import { MOVERS } from './movers.ts';

const PAYLOAD_BYTES: readonly number[] = [8, 256];
const BATCHES: readonly number[] = [1, 16];

/** One table for each size of batches. */
export async function measure(options: BenchmarkOptions): Promise<Section[]> {
  const sections: Section[] = [];
  for (const batch of BATCHES) {
    const title = `${batch} packet${batch === 1 ? '' : 's'} a commit, ns per packet (times the in-band one's)`;
    sections.push(await measureMovers(title, MOVERS, batch, PAYLOAD_BYTES, options));
  }
  return sections;
}
