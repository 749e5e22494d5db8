import { AssertionError } from './assert.ts';
import type { TaskResult, ThreadTask, WorkerMessage } from './thread-task.ts';

/** A worker as a runtime has it. It runs `doTask` for each message that it gets. */
export interface HostWorker {
  readonly post: (task: ThreadTask) => void;
  readonly onMessage: (listener: (message: WorkerMessage) => void) => void;
  readonly onError: (listener: (error: unknown) => void) => void;
  readonly terminate: () => Promise<void>;
}

/** What starts workers: `node:worker_threads`, or a page. */
export interface Host {
  /**
   * Whether the death is seen, too, of a worker whose event loop had no turn since it opened its end. Where not, workers that are to die
   * settle first.
   */
  readonly seesEarlyDeath: boolean;
  readonly spawn: () => HostWorker;
}

/** A task that a worker is at. */
export interface RunningTask {
  /** Resolved when the worker has opened its end. */
  readonly open: Promise<void>;
  /** How it ended. Never settled if the worker is terminated before. */
  readonly result: Promise<TaskResult>;
}

/** Workers of one test: gone when the test is at its end, however it ends. */
export class Crew {
  readonly #host: Host;
  readonly #workers: HostWorker[] = [];

  constructor(host: Host) {
    this.#host = host;
  }

  /** Starts a worker that does `task`, and can be terminated before it is done. */
  start(task: ThreadTask): RunningTask & { readonly terminate: () => Promise<void> } {
    const worker = this.#host.spawn();
    this.#workers.push(worker);
    let opened = (): void => {};
    let reject: (error: unknown) => void = () => {};
    const open = new Promise<void>((resolve) => {
      opened = resolve;
    });
    const result = new Promise<TaskResult>((resolve, rejectResult) => {
      reject = rejectResult;
      worker.onMessage((message) => {
        if (message.kind === 'open') opened();
        else if (message.kind === 'done') resolve(message.result);
        else reject(new Error(`in the worker: ${message.error}`));
      });
    });
    worker.onError(reject);
    worker.post(task);
    return { open: Promise.race([open, result.then(() => {})]), result, terminate: worker.terminate };
  }

  async dismiss(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

/** Runs `body` with workers of its own. */
export async function withCrew(host: Host, body: (crew: Crew) => Promise<void>): Promise<void> {
  const crew = new Crew(host);
  try {
    await body(crew);
  } finally {
    await crew.dismiss();
  }
}

/** Rejects if `promise` is not settled in time. */
export async function within<T>(limitMs: number, promise: Promise<T>, what: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new AssertionError(`${what}: nothing after ${limitMs} ms`)), limitMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
