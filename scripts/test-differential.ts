// Random streams through our ring and through DPDK's code, compared step by step: `npm run test:differential`.
//   --seconds N   for so long, 30 if left out
//   --seed S      that of the first stream; the ones after it have the numbers after it. Another one each time if left out
//   --streams N   no more than so many
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { buildDpdkPeer } from '../test/native/peer/build.ts';
import { setupVariables } from '../test/native/setup.ts';
import { type LongRun, longRunVariables } from '../test/native/streams/long-run.ts';
import { runSuites } from './run-suites.ts';

/** Besides the time that the streams are to take: what takes longer hangs. */
const GRACE_MS = 120_000;

function numberOf(name: string, text: string, minimum: number): number {
  if (!/^\d{1,10}$/.test(text) || Number(text) < minimum)
    throw new Error(`--${name} must be a number from ${minimum} on, got ${text}`);
  return Number(text);
}

function parseOptions(): LongRun {
  const texts = { seconds: { type: 'string' }, seed: { type: 'string' }, streams: { type: 'string' } } as const;
  const {
    seconds = '30',
    seed = String(randomInt(1, 2 ** 31)),
    streams = '9999999999',
  } = parseArgs({ options: texts }).values;
  return {
    seconds: numberOf('seconds', seconds, 1),
    seed: numberOf('seed', seed, 0),
    streamLimit: numberOf('streams', streams, 1),
  };
}

async function main(): Promise<number> {
  const run = parseOptions();
  const peer = buildDpdkPeer();
  console.log(`for ${run.seconds} s from --seed ${run.seed} on`);
  const folder = mkdtempSync('/dev/shm/vmbus-ring-differential-');
  try {
    const variables = { ...setupVariables({ peer, isDpdk: true, folder, packetCount: 0 }), ...longRunVariables(run) };
    return await runSuites('test/native/**/*.differential.ts', { limitMs: run.seconds * 1000 + GRACE_MS, variables });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
