import type { Work } from '../jobs/work.ts';

/** How messages get from one process to another. */
export const WAYS = [
  'queue, blocking',
  'queue, asynchronous',
  'pipe, blocking',
  'Unix socket',
  'child-process IPC',
] as const;
export type Way = (typeof WAYS)[number];

/** The way that the others are compared with. */
export const RIVAL: Way = 'Unix socket';

/** How signals that carry nothing get there. */
export const SIGNAL_WAYS = ['futex, blocking', 'futex, asynchronous', 'socket, 1 byte'] as const;
export type SignalWay = (typeof SIGNAL_WAYS)[number];
export const SIGNAL_RIVAL: SignalWay = 'socket, 1 byte';

/** A job, as it is sent to the process that does it. A signal has no payload. */
export interface Task extends Work {
  readonly way: Way | SignalWay;
  /** Of the file or socket that connects the two processes, if one does. */
  readonly path: string;
}

export function isSignalTask({ way }: Task): boolean {
  return (SIGNAL_WAYS as readonly string[]).includes(way);
}
