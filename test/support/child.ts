import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** For a killed process, or one that has nothing more to do. */
const END_LIMIT_MS = 10_000;

/** Whether it has, or never began. */
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
