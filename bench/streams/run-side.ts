import type { MessagePort } from 'node:worker_threads';
import { BytePipe, type ChannelHandle, openChannel } from '../../src/index.ts';
import { now, type Timing } from '../jobs/work.ts';
import { Arrivals } from './arrivals.ts';
import { PIPE_SIDES } from './pipe-sides.ts';
import { RIVAL, type Task } from './task.ts';
import { receiveTransferred, sendTransferred } from './transfer-sides.ts';

/** Does one side of a stream in this thread. `ready` is called when the other thread may begin. */
export async function runSide(task: Task, ready: () => void): Promise<Timing> {
  const arrivals = new Arrivals(task);
  if (task.way === RIVAL) {
    const port = task.link as MessagePort;
    ready();
    const beganMs = now();
    if (task.job === 'send') await sendTransferred(port, task);
    else await receiveTransferred(port, arrivals, task);
    if (task.job === 'receive') arrivals.end();
    return { beganMs, endedMs: now() };
  }
  const { send, receive } = PIPE_SIDES[task.way];
  using pipe = new BytePipe(openChannel(task.link as ChannelHandle));
  ready();
  const beganMs = now();
  if (task.job === 'send') {
    await send(pipe, task);
  } else {
    await receive(pipe, arrivals, task);
    arrivals.end();
  }
  return { beganMs, endedMs: now() };
}
