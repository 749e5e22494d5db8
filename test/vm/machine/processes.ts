import { readdirSync, readFileSync } from 'node:fs';

interface ProcessState {
  readonly name: string;
  readonly parent: number;
}

/** What the kernel says of a process; `null` where there is none, or only what its parent has not yet asked for. */
function stateOf(pid: number): ProcessState | null {
  try {
    const match = /^\d+ \((.*)\) (\S) (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    return match === null || match[2] === 'Z' ? null : { name: match[1]!, parent: Number(match[3]) };
  } catch {
    return null;
  }
}

/** Whether the process runs. */
export function isRunning(pid: number): boolean {
  return stateOf(pid) !== null;
}

/** The first child of a process whose name begins with `name`, or `null`. */
export function findChild(parent: number, name: string): number | null {
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const state = stateOf(Number(entry));
    if (state?.parent === parent && state.name.startsWith(name)) return Number(entry);
  }
  return null;
}
