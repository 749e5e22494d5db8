// Reads until its peer is gone, and says when it found that.
import { parentPort, workerData } from 'node:worker_threads';
import type { ChannelHandle } from '../../../src/index.ts';
import { hideKernel } from './dying.ts';

export interface SurvivingTask {
  readonly handle: ChannelHandle;
  readonly blocking: boolean;
  readonly survivor: true;
  readonly byLease?: boolean;
}

export interface Obituary {
  /** What was read before. */
  readonly packets: string[];
  readonly code: string;
  /** By `Date.now`. */
  readonly atMs: number;
}

const { handle, blocking, byLease } = workerData as SurvivingTask;
if (byLease === true) hideKernel();
const { openChannel, Queue } = await import('../../../src/index.ts');
const queue = new Queue(openChannel(handle));
const packets: string[] = [];
let code = '';
while (code === '') {
  try {
    packets.push(new TextDecoder().decode((blocking ? queue.readSync() : await queue.read()).readAll()));
  } catch (error) {
    ({ code } = error as { code: string });
  }
}
parentPort!.postMessage({ packets, code, atMs: Date.now() } satisfies Obituary);
queue.close();
