import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const LIMIT_MS = 10_000;

/** The first of the processors that this process may use, which the kernel lists as `0-1` or `3`. */
function firstProcessor(): string {
  const first = /^Cpus_allowed_list:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  if (first === undefined) throw new Error('the kernel does not say which processors may be used');
  return first;
}

/** Binds all threads of this process, and those to come, to one processor: the first that it may use. Needs Linux and `taskset`. */
export function pinToOneProcessor(): void {
  try {
    execFileSync('taskset', ['-a', '-c', '-p', firstProcessor(), String(process.pid)], { timeout: LIMIT_MS });
  } catch (error) {
    throw new Error('a process cannot be bound to a processor: apt-get install util-linux', { cause: error });
  }
}
