// Random streams through our ring and through DPDK's code, compared step by step: `npm run test:differential`.
//   --seconds N   for so long, 30 if left out
//   --seed S      that of the first stream; the ones after it have the numbers after it. Another one each time if left out
//   --streams N   no more than so many
import { mkdtempSync, rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { buildDpdkPeer } from '../test/native/peer/build.ts';
import { setupVariables } from '../test/native/setup.ts';
import { type StreamRun, streamRunVariables } from '../test/native/streams/stream-run.ts';
import { LONG_RUN_OPTIONS, longRun } from './long-run.ts';
import { numberOption } from './number-option.ts';
import { runMain } from './run-main.ts';
import { runSuites } from './run-suites.ts';

/** Besides the time that the streams are to take: what takes longer hangs. */
const GRACE_MS = 120_000;

function parseOptions(): StreamRun {
  const { values } = parseArgs({
    options: { ...LONG_RUN_OPTIONS, streams: { type: 'string', default: '9999999999' } },
  });
  return { ...longRun(values, 30), streamLimit: numberOption('streams', values.streams, 1) };
}

async function main(): Promise<number> {
  const run = parseOptions();
  const peer = buildDpdkPeer();
  console.log(`for ${run.seconds} s from --seed ${run.seed} on`);
  const folder = mkdtempSync('/dev/shm/vmbus-ring-differential-');
  try {
    const variables = { ...setupVariables({ peer, isDpdk: true, folder, packetCount: 0 }), ...streamRunVariables(run) };
    return await runSuites('test/native/**/*.differential.ts', { limitMs: run.seconds * 1000 + GRACE_MS, variables });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await runMain(main);
