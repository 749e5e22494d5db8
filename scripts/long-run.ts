import { chooseSeed } from '../test/support/property.ts';
import { numberOption } from './number-option.ts';

/** How suites that go on for as long as one likes are told how long, and which random choices to make again. */
export const LONG_RUN_OPTIONS = { seconds: { type: 'string' }, seed: { type: 'string' } } as const;

export interface LongRun {
  readonly seconds: number;
  readonly seed: number;
}

/** What `parseArgs` made of {@link LONG_RUN_OPTIONS}; without `--seed`, `VMBUS_RING_SEED` or another seed each time. */
export function longRun(
  values: { readonly seconds?: string | undefined; readonly seed?: string | undefined },
  defaultSeconds: number,
): LongRun {
  const { seconds = String(defaultSeconds), seed } = values;
  return {
    seconds: numberOption('seconds', seconds, 1),
    seed: seed === undefined ? chooseSeed() : numberOption('seed', seed, 0),
  };
}
