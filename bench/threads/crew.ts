import { setTimeout as sleep } from 'node:timers/promises';
import { MessageChannel, MessagePort } from 'node:worker_threads';
import { createChannelPair } from '../../src/index.ts';
import { byteRingStorage } from '../jobs/byte-ring.ts';
import type { Question } from '../jobs/in-turn.ts';
import { TaskWorker } from '../jobs/task-worker.ts';
import type { Job } from '../jobs/work.ts';
import { payloadRoom } from '../jobs/ring-job.ts';
import { runTask } from './run-task.ts';
import type { Link, Task, Way } from './task.ts';

/** Bytes of data in each ring, ours and the rivals'. */
export const RING_BYTES: number = 1 << 20;

/** How long to wait for what the worker says when this thread has failed. */
const ERROR_PATIENCE_MS = 1000;

/**
 * A channel, and what stands on it, is made anew for each run. V8 settles the shape of objects only when so many were made, and throws
 * away what it has compiled before.
 */
const WARM_UP_RUNS = 10;

/** This thread and a worker: they do tasks together. */
export class Crew {
  readonly #worker = new TaskWorker<Task>(new URL('./worker.ts', import.meta.url));

  /** Does a few short runs each of these ways, so that those which are measured do not begin anew. */
  async warmUp(
    ways: readonly Way[],
    { first, batch, trial }: Pick<Question, 'first' | 'batch' | 'trial'>,
  ): Promise<void> {
    for (const way of ways) {
      const task = { way, payloadBytes: 8, batch, count: trial, verify: false };
      for (let i = 0; i < WARM_UP_RUNS; i++) await this.run(first, task);
    }
  }

  /** This thread does `first` and the worker the counterpart; milliseconds from the beginning of the one to the end of both. */
  async run(first: 'send' | 'ping', task: Omit<Task, 'job' | 'link'>): Promise<number> {
    const second: Job = first === 'send' ? 'receive' : 'pong';
    const [ours, theirs] = createLink(task);
    const other = await this.#worker.begin(
      { ...task, job: second, link: theirs },
      theirs instanceof MessagePort ? [theirs] : [],
    );
    const mine = runTask({ ...task, job: first, link: ours }, () => {}).catch(async (error: unknown) => {
      // The worker's error says more, if there is one: this thread may only have lost its peer.
      await Promise.race([other.timing, sleep(ERROR_PATIENCE_MS)]);
      throw error;
    });
    const [{ beganMs, endedMs }, counterpart] = await Promise.all([mine, other.timing]);
    return Math.max(endedMs, counterpart.endedMs) - beganMs;
  }

  end(): Promise<void> {
    return this.#worker.end();
  }
}

function createLink({ way, payloadBytes }: Pick<Task, 'way' | 'payloadBytes'>): readonly [Link, Link] {
  switch (way) {
    case 'postMessage, cloned':
    case 'postMessage, moved': {
      const { port1, port2 } = new MessageChannel();
      return [port1, port2];
    }
    case 'ringbuf.js': {
      const [there, back] = [byteRingStorage(RING_BYTES), byteRingStorage(RING_BYTES)];
      return [
        { outgoing: there, incoming: back },
        { outgoing: back, incoming: there },
      ];
    }
    case 'ring, payloads in it':
      return createChannelPair({ ringBytes: RING_BYTES, payloadBytes: payloadRoom(payloadBytes) });
    default:
      return createChannelPair({ ringBytes: RING_BYTES });
  }
}
