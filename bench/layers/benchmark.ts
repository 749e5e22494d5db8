import type { Benchmark } from '../benchmark.ts';
import { measureInChild } from '../jobs/child-process.ts';

/** What channels cost beyond the ring. */
export const layers: Benchmark = {
  name: 'layers',
  description: 'what queues, pipes and requests add to the ring alone, within one thread',
  run: (options) => measureInChild(new URL('./measure.ts', import.meta.url), options),
};
