import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** For a killed process, or one that has nothing more to do. */
const END_LIMIT_MS = 10_000;

/** Runs a program in a process of its own, which is killed when this one dies, however that comes. */
export function startProgram(program: URL, args: readonly string[], output: 'pipe' | 'inherit' | number): ChildProcess {
  const stdio: StdioOptions = ['ignore', output, 'inherit'];
  return spawn('setpriv', ['--pdeathsig', 'KILL', process.execPath, fileURLToPath(program), ...args], { stdio });
}

/** Whether it has ended, or never began. */
export function hasEnded({ pid, exitCode, signalCode }: ChildProcess): boolean {
  return pid === undefined || exitCode !== null || signalCode !== null;
}

/** Waits until it has ended. Throws if that takes longer than it may. */
export async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  await once(child, 'close', { signal: AbortSignal.timeout(END_LIMIT_MS) });
}

/** Kills it in whatever it does: nothing of it runs any more when this comes back. */
export async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await end(child);
}
