import { LIFE_THREAD, LIFE_THREAD_START } from './life-words.ts';

/** A thread of this process, as the kernel knows it. */
export interface LinuxThread {
  readonly id: number;
  /** When it began, in ticks since the machine started, as 32 bits: thread ids are used again. */
  readonly start: number;
}

interface FileSystem {
  readFileSync(path: string, encoding: 'latin1'): string;
  readlinkSync(path: string): string;
}

interface ServerRuntime {
  readonly process?: { readonly platform?: string; readonly getBuiltinModule?: (name: string) => FileSystem };
  readonly Deno?: {
    readonly permissions: { querySync(permission: { name: 'read'; path: string }): { readonly state: string } };
  };
}

/**
 * `/proc`, where there is one: Node, Bun and Deno on Linux. It is the only thing that a thread can ask while it blocks, and that
 * tells a busy thread from a dead one. Found by looking, not imported: browsers have no such module.
 */
function findProc(): FileSystem | null {
  const { process, Deno: deno } = globalThis as ServerRuntime;
  try {
    if (process?.platform !== 'linux') return null;
    // Deno would ask the person at the terminal.
    if (deno !== undefined && deno.permissions.querySync({ name: 'read', path: '/proc' }).state !== 'granted')
      return null;
    return process.getBuiltinModule?.('node:fs') ?? null;
  } catch {
    return null;
  }
}

/** The thread that asks, or `null` where that cannot be told. */
export function currentLinuxThread(): LinuxThread | null {
  try {
    const proc = findProc();
    // `<process>/task/<thread>`
    const id = Number(proc?.readlinkSync('/proc/thread-self').split('/')[2]);
    const start = proc === null ? null : startOf(proc, id);
    return start === null ? null : { id, start };
  } catch {
    return null;
  }
}

/** Shows it to the peer, in the words of this end. */
export function showLinuxThread(life: Int32Array, { id, start }: LinuxThread): void {
  Atomics.store(life, LIFE_THREAD_START, start);
  Atomics.store(life, LIFE_THREAD, id);
}

/** Whether this thread of our process has ended. False where that cannot be told. */
export function hasLinuxThreadEnded(thread: LinuxThread): boolean {
  const proc = findProc();
  if (proc === null) return false;
  try {
    return startOf(proc, thread.id) !== thread.start;
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    return code === 'ENOENT' || code === 'ESRCH';
  }
}

/** The 22nd field of the thread's `stat`; the 2nd, a name in parentheses, may hold anything. */
function startOf(proc: FileSystem, id: number): number | null {
  if (!Number.isInteger(id)) return null;
  const stat = proc.readFileSync(`/proc/self/task/${id}/stat`, 'latin1');
  const field = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  return field === undefined ? null : Number(field) | 0;
}
