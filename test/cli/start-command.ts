import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** Far more than any run here takes: what runs into it hangs. */
const HANG_MS = 120_000;

export interface EndedCommand {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** `vmbus-ring` from the sources, running. It is killed if it hangs. */
export interface RunningCommand {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<EndedCommand>;
}

/** Starts it with `input` as its standard input; with `null`, that stays open. */
export function startCommand(args: readonly string[], input: Uint8Array | null = null): RunningCommand {
  const child = spawn(process.execPath, [MAIN, ...args], { timeout: HANG_MS, killSignal: 'SIGKILL' });
  // Of one that ends before it has read its input.
  child.stdin.on('error', () => {});
  if (input !== null) child.stdin.end(input);
  return { child, ended: resultOf(child) };
}

async function resultOf(child: ChildProcessWithoutNullStreams): Promise<EndedCommand> {
  const stdout: Buffer[] = [];
  let stderr = '';
  child.stdout.on('data', (bytes: Buffer) => stdout.push(bytes));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [exitCode, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { exitCode, signal, stdout: Buffer.concat(stdout), stderr };
}

/** Waits until it is so. */
export async function until(what: string, isSo: () => boolean): Promise<void> {
  for (let waitedMs = 0; !isSo(); waitedMs += 10) {
    if (waitedMs > HANG_MS) throw new Error(`it never came to this: ${what}`);
    await delay(10);
  }
}
