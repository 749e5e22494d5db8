import type { MessagePort } from 'node:worker_threads';
import { type Channel, type ChannelHandle, openChannel, payloadMemory } from '../../src/index.ts';
import { pipeJob } from '../jobs/pipe-job.ts';
import { asynchronousQueueJob, blockingQueueJob } from '../jobs/queue-job.ts';
import { ringJob } from '../jobs/ring-job.ts';
import { now, type Timing } from '../jobs/work.ts';
import { postMessageJob } from './post-message-job.ts';
import { type ByteRingEnd, ringbufJob } from './ringbuf-job.ts';
import type { Task } from './task.ts';

/**
 * How often a ring looks before it sleeps. 50 are too few for a batch that is on its way; more than this gain nothing, and cost where
 * both threads share a processor.
 */
const LOOKS = 200;

/** Does a task in this thread. `ready` is called when the other thread may begin. */
export async function runTask(task: Task, ready: () => void): Promise<Timing> {
  switch (task.way) {
    case 'postMessage, cloned':
    case 'postMessage, moved':
      return timed(ready, () => postMessageJob(task, task.link as MessagePort, task.way === 'postMessage, moved'));
    case 'ringbuf.js':
      return timed(ready, () => ringbufJob(task, task.link as ByteRingEnd));
    default: {
      using channel = openChannel(task.link as ChannelHandle);
      const timing = await timed(ready, () => channelJob(task, channel, task.link as ChannelHandle));
      // Whoever takes the last message closes: what was sent before can still be read.
      if (task.job === 'send') await peerHasClosed(channel);
      return timing;
    }
  }
}

async function timed(ready: () => void, job: () => Promise<void> | void): Promise<Timing> {
  ready();
  const beganMs = now();
  await job();
  return { beganMs, endedMs: now() };
}

function channelJob(task: Task, channel: Channel, handle: ChannelHandle): Promise<void> | void {
  switch (task.way) {
    case 'ring':
      return ringJob(task, channel, LOOKS);
    case 'ring, payloads in it':
      return ringJob(task, channel, LOOKS, payloadMemory(handle));
    case 'ring, spinning':
      return ringJob(task, channel, Number.POSITIVE_INFINITY);
    case 'queue, asynchronous':
      return asynchronousQueueJob(task, channel);
    case 'pipe, blocking':
      return pipeJob(task, channel);
    default:
      return blockingQueueJob(task, channel);
  }
}

/** The sender has its time when it has sent everything; the receiver's, which is later, counts. */
async function peerHasClosed({ signal }: Channel): Promise<void> {
  while (signal.peerState === 'open' || signal.peerState === 'unopened') await signal.wait(signal.count());
}
