import { parentPort, type Transferable, Worker } from 'node:worker_threads';
import type { Timing } from './work.ts';

/** What a worker answers to a task: first that it has begun, then the rest. */
type Answer = { readonly ready: true } | { readonly timing: Timing } | { readonly error: unknown };

/** A task that a worker has begun with. */
export interface Begun {
  readonly timing: Promise<Timing>;
}

/** A worker that does tasks, one at a time: see {@link answerTasks}. */
export class TaskWorker<Task> {
  readonly #worker: Worker;

  constructor(program: URL) {
    this.#worker = new Worker(program);
  }

  /** Comes back when the worker has begun. */
  begin(task: Task, transferred: readonly Transferable[]): Promise<Begun> {
    const worker = this.#worker;
    return new Promise((begun, failed) => {
      const timing = new Promise<Timing>((resolve, reject) => {
        const settle = (): void => {
          worker.off('message', listener).off('error', fail).off('exit', exited);
        };
        const fail = (error: unknown): void => {
          settle();
          failed(error);
          reject(error);
        };
        const exited = (): void => fail(new Error('the worker has ended'));
        const listener = (answer: Answer): void => {
          if ('error' in answer) return fail(answer.error);
          if ('ready' in answer) return begun({ timing });
          settle();
          resolve(answer.timing);
        };
        worker.on('message', listener).on('error', fail).on('exit', exited);
      });
      timing.catch(() => {});
      worker.postMessage(task, transferred);
    });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}

/** The worker's side: does each task that is posted to this thread. `run` calls `ready` when the other side may begin. */
export function answerTasks<Task>(run: (task: Task, ready: () => void) => Promise<Timing>): void {
  const answer = (message: Answer): void => parentPort!.postMessage(message, []);
  parentPort!.on('message', (task: Task) => {
    run(task, () => answer({ ready: true })).then(
      (timing) => answer({ timing }),
      (error: unknown) => answer({ error }),
    );
  });
}
