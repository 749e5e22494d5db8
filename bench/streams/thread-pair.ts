import { MessageChannel, MessagePort } from 'node:worker_threads';
import { createChannelPair } from '../../src/index.ts';
import { TaskWorker } from '../jobs/task-worker.ts';
import { runSide } from './run-side.ts';
import { RIVAL, type Task, type Way } from './task.ts';

const RING_BYTES = 1 << 20;

/** From which thread to which. */
export const ROUTES = ['main thread to worker', 'worker to main thread'] as const;
export type Route = (typeof ROUTES)[number];

/** This thread and a worker. */
export class ThreadPair {
  readonly #worker = new TaskWorker<Task>(new URL('./worker.ts', import.meta.url));

  /** A stream from one to the other; milliseconds from the beginning of the sender to the end of both. */
  async run(route: Route, task: Omit<Task, 'job' | 'link'>): Promise<number> {
    const sends = route === 'main thread to worker';
    const [ours, theirs] = createLink(task.way);
    const theirTask: Task = { ...task, job: sends ? 'receive' : 'send', link: theirs };
    const { timing } = await this.#worker.begin(theirTask, theirs instanceof MessagePort ? [theirs] : []);
    const ourTiming = runSide({ ...task, job: sends ? 'send' : 'receive', link: ours }, () => {});
    const [mine, other] = await Promise.all([ourTiming, timing]);
    return Math.max(mine.endedMs, other.endedMs) - (sends ? mine : other).beganMs;
  }

  end(): Promise<void> {
    return this.#worker.end();
  }
}

function createLink(way: Way): readonly [Task['link'], Task['link']] {
  if (way !== RIVAL) return createChannelPair({ ringBytes: RING_BYTES });
  const { port1, port2 } = new MessageChannel();
  return [port1, port2];
}
