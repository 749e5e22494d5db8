import type { LongRun } from '../../../scripts/long-run.ts';

/** What `scripts/test-differential.ts` tells the streams, through the environment. */
export interface StreamRun extends LongRun {
  readonly streamLimit: number;
}

export function streamRunVariables({ seed, seconds, streamLimit }: StreamRun): Record<string, string> {
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

export function readStreamRun(): StreamRun {
  return {
    seed: variable('VMBUS_RING_STREAM_SEED'),
    seconds: variable('VMBUS_RING_STREAM_SECONDS'),
    streamLimit: variable('VMBUS_RING_STREAM_LIMIT'),
  };
}
