import type { Benchmark, BenchmarkOptions, Section } from '../benchmark.ts';
import { DpdkProcess } from '../dpdk/dpdk-process.ts';
import { measureInChild } from '../jobs/child-process.ts';
import { Crew } from './crew.ts';
import { measureRoundTrips } from './round-trip.ts';
import { measureThroughput } from './throughput.ts';

async function run(options: BenchmarkOptions): Promise<Section[]> {
  const dpdk = new DpdkProcess();
  const crew = new Crew();
  const sections: Section[] = [];
  try {
    sections.push(...(await measureThroughput(crew, dpdk, options)));
    sections.push(...(await measureRoundTrips(crew, dpdk, options)));
  } finally {
    await Promise.all([crew.end(), dpdk.end()]);
  }
  sections.push(...(await measureInChild<Section[]>(new URL('./pinned.ts', import.meta.url), options)));
  return sections;
}

/** Messages from one thread to another. */
export const threads: Benchmark = {
  name: 'threads',
  description:
    'messages and round trips between threads, against DPDK, postMessage and ringbuf.js; on one processor, too',
  run,
};
