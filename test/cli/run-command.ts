import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** Far more than any run here takes: what runs into it hangs. */
const HANG_MS = 120_000;

export interface CommandResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `vmbus-ring` from the sources, with `input` as its standard input. */
export function runCommand(args: readonly string[], input: Uint8Array | string = ''): CommandResult {
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [MAIN, ...args], {
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    timeout: HANG_MS,
    killSignal: 'SIGKILL',
  });
  if (error !== undefined) throw error;
  return { exitCode: status, stdout, stderr };
}

/** `vmbus-ring` from the sources, as a shell wants it. */
export const SHELL_COMMAND: string = `'${process.execPath}' '${MAIN}'`;
