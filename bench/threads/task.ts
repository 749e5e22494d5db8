import type { MessagePort } from 'node:worker_threads';
import type { ChannelHandle } from '../../src/index.ts';
import type { Work } from '../jobs/work.ts';
import type { ByteRingEnd } from './ringbuf-job.ts';

/** How messages get from one thread to another. `ring` takes them from arrays of the thread's own; it looks for a while, then sleeps; `ring, spinning` never does. */
export const WAYS = [
  'ring',
  'ring, payloads in it',
  'ring, spinning',
  'queue, blocking',
  'queue, asynchronous',
  'pipe, blocking',
  'postMessage, cloned',
  'postMessage, moved',
  'ringbuf.js',
] as const;
export type Way = (typeof WAYS)[number];

/** One end of what connects the two threads. */
export type Link = ChannelHandle | MessagePort | ByteRingEnd;

/** A job, as it is posted to the thread that does it. */
export interface Task extends Work {
  readonly way: Way;
  readonly link: Link;
}
