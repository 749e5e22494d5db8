import type { MessagePort } from 'node:worker_threads';
import { type Channel, type ChannelHandle, openChannel } from '../../src/index.ts';
import { pipeJob } from '../jobs/pipe-job.ts';
import { postMessageJob } from './post-message-job.ts';
import { asynchronousQueueJob, blockingQueueJob } from '../jobs/queue-job.ts';
import type { Task } from './task.ts';
import { now, type Timing } from '../jobs/work.ts';

/** Does a task in this thread. `ready` is called when the other thread may begin. */
export async function runTask(task: Task, ready: () => void): Promise<Timing> {
  if (task.way === 'postMessage') {
    ready();
    const beganMs = now();
    await postMessageJob(task, task.link as MessagePort);
    return { beganMs, endedMs: now() };
  }
  const channel = openChannel(task.link as ChannelHandle);
  ready();
  const beganMs = now();
  if (task.way === 'queue, asynchronous') await asynchronousQueueJob(task, channel);
  else if (task.way === 'pipe, blocking') pipeJob(task, channel);
  else blockingQueueJob(task, channel);
  const endedMs = now();
  // Whoever takes the last message closes: what was sent before can still be read.
  if (task.job === 'send') await peerHasClosed(channel);
  channel.close();
  return { beganMs, endedMs };
}

/** The sender has its time when it has sent everything; the receiver's, which is later, counts. */
async function peerHasClosed({ signal }: Channel): Promise<void> {
  while (signal.peerState === 'open' || signal.peerState === 'unopened') await signal.wait(signal.count());
}
