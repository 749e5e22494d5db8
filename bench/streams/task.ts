import type { MessagePort } from 'node:worker_threads';
import type { ChannelHandle } from '../../src/index.ts';
import type { Work } from '../jobs/work.ts';

/** How a stream of bytes gets from one thread to the other. */
export const WAYS = ['byte pipe', 'web stream', 'web stream, own buffer', 'Node stream', 'transferred chunks'] as const;
export type Way = (typeof WAYS)[number];

/** The way that the others are compared with. */
export const RIVAL = 'transferred chunks' as const;

/** One side of a stream, as it is posted to the thread that does it. */
export interface Task extends Work {
  readonly job: 'send' | 'receive';
  readonly way: Way;
  /** One end of what connects the two threads. */
  readonly link: ChannelHandle | MessagePort;
}
