// Runs the tests against another implementation of the ring, in processes of its own: `npm run test:native`.
//   --peer PATH   that program instead of ours around DPDK: produce, consume and dump, as test/native/peer/main.c has them
//   --count N     packets each way, 100,000 if left out
import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, globSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildDpdkPeer } from '../test/native/peer/build.ts';
import { setupVariables } from '../test/native/setup.ts';
import { ROOT } from './project.ts';

/** All of it: what takes longer hangs. */
const TIME_LIMIT_MS = 900_000;

/** For the test runner to end after it was told to. */
const GRACE_MS = 10_000;

/** Exit codes of shells for what a signal ended. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

interface Options {
  readonly peer: string | null;
  readonly packetCount: number;
}

function parseOptions(): Options {
  const { values } = parseArgs({ options: { peer: { type: 'string' }, count: { type: 'string' } } });
  const { peer = null, count = '100000' } = values;
  if (!/^[1-9]\d{0,7}$/.test(count)) throw new Error(`--count must be a number from 1 to 99999999, got ${count}`);
  return { peer, packetCount: Number(count) };
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

/** Resolves to the exit code of the whole. Ends `runner` when time is over, or when this process is told to end. */
function end(runner: ChildProcess): Promise<number> {
  return new Promise((ended, failed) => {
    let ownCode: number | null = null;
    const stop = (exitCode: number, why: string): void => {
      ownCode ??= exitCode;
      console.error(why);
      runner.kill('SIGTERM');
      setTimeout(() => runner.kill('SIGKILL'), GRACE_MS).unref();
    };
    for (const [signal, exitCode] of Object.entries(SIGNALS)) {
      process.on(signal, () => stop(exitCode, `stopped by ${signal}`));
    }
    setTimeout(() => stop(1, `not at its end after ${TIME_LIMIT_MS / 1000} s`), TIME_LIMIT_MS).unref();
    runner.once('error', failed);
    runner.once('close', (code) => ended(ownCode ?? code ?? 1));
  });
}

async function main(): Promise<number> {
  const { peer, packetCount } = parseOptions();
  const program = peer === null ? buildDpdkPeer() : findPeer(peer);
  const files = globSync('test/native/**/*.native.ts', { cwd: ROOT }).toSorted();
  if (files.length === 0) throw new Error('there are no tests to run');
  console.log(`${packetCount} packets each way with ${peer === null ? "DPDK's ring code" : program}`);
  const folder = mkdtempSync('/dev/shm/vmbus-ring-native-');
  try {
    const setup = setupVariables({ peer: program, isDpdk: peer === null, folder, packetCount });
    const env = { ...process.env, ...setup };
    return await end(spawn(process.execPath, ['--test', ...files], { cwd: ROOT, env, stdio: 'inherit' }));
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
