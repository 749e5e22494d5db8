import type { Socket } from 'node:net';
import type { Channel } from '../../src/index.ts';
import { pipeJob } from '../jobs/pipe-job.ts';
import { asynchronousQueueJob, blockingQueueJob } from '../jobs/queue-job.ts';
import { now, type Timing } from '../jobs/work.ts';
import { ipcJob } from './ipc-job.ts';
import type { Link } from './link.ts';
import { asynchronousSignalJob, blockingSignalJob, socketSignalJob } from './signal-job.ts';
import { socketJob } from './socket-job.ts';
import type { Task } from './task.ts';

/** Does a job in this process. `ready` is called when the other process may begin. */
export async function runJob(task: Task, link: Link, ready: () => void): Promise<Timing> {
  const beganMs = now();
  let ms: number | void = undefined;
  switch (link.kind) {
    case 'channel':
      await channelJob(task, link.channel, ready);
      break;
    case 'socket':
      ready();
      ms = await socketJobOf(task, link.socket);
      break;
    case 'ipc':
      ready();
      await ipcJob(task, link.ipc);
  }
  return { beganMs, endedMs: ms === undefined ? now() : beganMs + ms };
}

function channelJob(task: Task, channel: Channel, ready: () => void): Promise<void> | void {
  // Only those who have counted the signals so far are ready for more.
  if (task.way === 'futex, blocking') return blockingSignalJob(task, channel.signal, ready);
  if (task.way === 'futex, asynchronous') return asynchronousSignalJob(task, channel.signal, ready);
  ready();
  if (task.way === 'queue, asynchronous') return asynchronousQueueJob(task, channel);
  return task.way === 'pipe, blocking' ? pipeJob(task, channel) : blockingQueueJob(task, channel);
}

function socketJobOf(task: Task, socket: Socket): Promise<number | void> {
  return task.way === 'socket, 1 byte' ? socketSignalJob(task, socket) : socketJob(task, socket);
}
