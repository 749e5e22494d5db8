import type { MessagePort } from 'node:worker_threads';
import type { ChannelHandle } from '../../src/index.ts';
import type { Work } from '../jobs/work.ts';

/** How messages get from one thread to another. */
export const WAYS = ['queue, blocking', 'queue, asynchronous', 'pipe, blocking', 'postMessage'] as const;
export type Way = (typeof WAYS)[number];

/** The way that the others are compared with. */
export const RIVAL: Way = 'postMessage';

/** A job, as it is posted to the thread that does it. */
export interface Task extends Work {
  readonly way: Way;
  /** One end of what connects the two threads. */
  readonly link: ChannelHandle | MessagePort;
}
