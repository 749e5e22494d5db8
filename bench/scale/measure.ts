import type { BenchmarkOptions } from '../benchmark.ts';
import { channelGrowth } from './channels.ts';
import type { Figures, Growth } from './growth.ts';
import { payloadGrowth } from './payloads.ts';
import { ringGrowth } from './rings.ts';

/** What grows. */
export const GROWTHS: readonly Growth[] = [ringGrowth, channelGrowth, payloadGrowth];

/** The figures of one of them, which its position names: what is called in a process of its own. */
export function measure(options: BenchmarkOptions, position: string): Promise<Figures> {
  return GROWTHS[Number(position)]!.measure(options);
}
