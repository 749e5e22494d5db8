import type { Benchmark } from '../benchmark.ts';
import { measureInChild } from '../jobs/child-process.ts';

/** What packets cost that are more than data. */
export const packetTypes: Benchmark = {
  name: 'packet-types',
  description: 'packets with completions, with GPA ranges and with transfer page ranges, against in-band ones',
  run: (options) => measureInChild(new URL('./measure.ts', import.meta.url), options),
};
