import { spawnSync } from 'node:child_process';

/** A download included: what takes longer hangs. */
const TIME_LIMIT_MS = 180_000;

const MAXIMUM_OUTPUT_BYTES = 64 << 20;

/** Runs a program to its end, in `folder`. Returns what it wrote; throws with what it complained of where it fails. */
export function runProgram(program: string, args: readonly string[], folder: string, input = ''): string {
  const { status, signal, stdout, stderr, error } = spawnSync(program, args, {
    cwd: folder,
    input,
    timeout: TIME_LIMIT_MS,
    maxBuffer: MAXIMUM_OUTPUT_BYTES,
    encoding: 'utf8',
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} ended with ${signal ?? status}:\n${stderr}`);
  return stdout;
}
