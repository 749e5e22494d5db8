import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Task } from './task.ts';
import { TaskProcess } from './task-process.ts';

const ENDING_SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Two processes that do tasks together. This process only waits: nothing of it is measured. */
export class Pair {
  /** The one that sends; the other one is its child. */
  readonly first: TaskProcess = new TaskProcess(new URL('./first.ts', import.meta.url));
  /** In memory: for channels, and for sockets. */
  readonly folder: string = mkdtempSync('/dev/shm/vmbus-ring-bench-');
  #tasks = 0;

  constructor() {
    for (const signal of ENDING_SIGNALS) process.once(signal, this.#interrupt);
  }

  /** The first process does `job`, and the second one the counterpart; milliseconds from the beginning of the one to the end of both. */
  async run(job: 'send' | 'ping', task: Omit<Task, 'job' | 'path'>): Promise<number> {
    const path = join(this.folder, String(this.#tasks++));
    const { timing } = await this.first.begin({ ...task, job, path });
    const { beganMs, endedMs } = await timing;
    return endedMs - beganMs;
  }

  /** Ends both processes, and leaves nothing behind. */
  async end(): Promise<void> {
    for (const signal of ENDING_SIGNALS) process.off(signal, this.#interrupt);
    await this.first.end();
    rmSync(this.folder, { recursive: true, force: true });
  }

  readonly #interrupt = (signal: NodeJS.Signals): void => {
    this.first.child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
    for (const other of ENDING_SIGNALS) process.off(other, this.#interrupt);
    process.kill(process.pid, signal);
  };
}
