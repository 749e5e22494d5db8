import { Xorshift } from '../../support/xorshift.ts';

const PAGE_BYTES = 4096;

/** What `scripts/test-differential.ts` tells the streams, through the environment. */
export interface LongRun {
  /** Of the first stream; the ones after it have the numbers after it. */
  readonly seed: number;
  readonly seconds: number;
  readonly streamLimit: number;
}

export function longRunVariables({ seed, seconds, streamLimit }: LongRun): Record<string, string> {
  return {
    VMBUS_RING_STREAM_SEED: String(seed),
    VMBUS_RING_STREAM_SECONDS: String(seconds),
    VMBUS_RING_STREAM_LIMIT: String(streamLimit),
  };
}

function variable(name: string): number {
  const value = Number(process.env[name] ?? 'nothing');
  if (!Number.isSafeInteger(value)) throw new Error(`${name} is not set: run these tests by npm run test:differential`);
  return value;
}

export function readLongRun(): LongRun {
  return {
    seed: variable('VMBUS_RING_STREAM_SEED'),
    seconds: variable('VMBUS_RING_STREAM_SECONDS'),
    streamLimit: variable('VMBUS_RING_STREAM_LIMIT'),
  };
}

/** The size of a stream's ring: small ones wrap soonest, of large ones a few will do. Any number of pages may be one. */
export function ringBytesOf(seed: number): number {
  const random = new Xorshift(seed);
  const pageLimit = [1, 2, 4, 16, 16, 64, 64, 300][random.below(8)]!;
  return PAGE_BYTES * (1 + random.below(pageLimit));
}
