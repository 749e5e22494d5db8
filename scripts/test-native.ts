// Runs the tests against another implementation of the ring, in processes of its own: `npm run test:native`.
//   --peer PATH   that program instead of ours around DPDK: produce, consume and dump, as test/native/peer/main.c has them
//   --count N     packets each way, 100,000 if left out
import { accessSync, constants, mkdtempSync, rmSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildDpdkPeer } from '../test/native/peer/build.ts';
import { setupVariables } from '../test/native/setup.ts';
import { numberOption } from './number-option.ts';
import { runMain } from './run-main.ts';
import { runSuites } from './run-suites.ts';

/** All of it: what takes longer hangs. */
const TIME_LIMIT_MS = 900_000;

interface Options {
  readonly peer: string | null;
  readonly packetCount: number;
}

function parseOptions(): Options {
  const { values } = parseArgs({ options: { peer: { type: 'string' }, count: { type: 'string' } } });
  const { peer = null, count = '100000' } = values;
  return { peer, packetCount: numberOption('count', count, 1, 99_999_999) };
}

/** The path of somebody else's program. Throws unless it can be run. */
function findPeer(path: string): string {
  const program = resolve(path);
  try {
    accessSync(program, constants.X_OK);
  } catch (error) {
    throw new Error(`--peer ${path}: there is no such file, or it may not be executed`, { cause: error });
  }
  if (!statSync(program).isFile()) throw new Error(`--peer ${path}: it is no file`);
  return program;
}

async function main(): Promise<number> {
  const { peer, packetCount } = parseOptions();
  const program = peer === null ? buildDpdkPeer() : findPeer(peer);
  console.log(`${packetCount} packets each way with ${peer === null ? "DPDK's ring code" : program}`);
  const folder = mkdtempSync('/dev/shm/vmbus-ring-native-');
  try {
    const variables = setupVariables({ peer: program, isDpdk: peer === null, folder, packetCount });
    return await runSuites('test/native/**/*.native.ts', { limitMs: TIME_LIMIT_MS, variables });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await runMain(main);
