import { MessageChannel, MessagePort, Worker } from 'node:worker_threads';
import { createChannelPair } from '../../src/index.ts';
import { runTask } from './run-task.ts';
import type { Task } from './task.ts';
import type { Job, Timing } from '../jobs/work.ts';

const RING_BYTES = 1 << 20;

/** From which thread to which. */
export const ROUTES = ['main thread to worker', 'worker to worker'] as const;
export type Route = (typeof ROUTES)[number];

interface Answer {
  readonly ready?: true;
  readonly timing?: Timing;
  readonly error?: unknown;
}

/** A task for a worker, which it has begun with. */
interface Begun {
  readonly timing: Promise<Timing>;
}

/** Two workers, and this thread: they do tasks in pairs. */
export class Crew {
  readonly #workers = [0, 1].map(() => new Worker(new URL('./worker.ts', import.meta.url)));

  /** One thread does `first` and another one the counterpart; milliseconds from the beginning of the one to the end of both. */
  async run(route: Route, first: 'send' | 'ping', task: Omit<Task, 'job' | 'link'>): Promise<number> {
    const second: Job = first === 'send' ? 'receive' : 'pong';
    const [ours, theirs] = createLink(task);
    const other = await this.#begin(this.#workers[1]!, { ...task, job: second, link: theirs });
    const mine: Task = { ...task, job: first, link: ours };
    const began =
      route === 'worker to worker' ? (await this.#begin(this.#workers[0]!, mine)).timing : runTask(mine, () => {});
    const [{ beganMs, endedMs }, counterpart] = await Promise.all([began, other.timing]);
    return Math.max(endedMs, counterpart.endedMs) - beganMs;
  }

  async end(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  /** Comes back when the worker has begun. */
  #begin(worker: Worker, task: Task): Promise<Begun> {
    return new Promise((begun, failed) => {
      const timing = new Promise<Timing>((resolve, reject) => {
        const listener = ({ ready, timing: done, error }: Answer): void => {
          if (ready === true) return begun({ timing });
          worker.off('message', listener);
          if (done !== undefined) return resolve(done);
          failed(error);
          reject(error);
        };
        worker.on('message', listener);
      });
      timing.catch(() => {});
      worker.postMessage(task, task.link instanceof MessagePort ? [task.link] : []);
    });
  }
}

function createLink({ way }: Pick<Task, 'way'>): readonly [Task['link'], Task['link']] {
  if (way !== 'postMessage') return createChannelPair({ ringBytes: RING_BYTES });
  const { port1, port2 } = new MessageChannel();
  return [port1, port2];
}
