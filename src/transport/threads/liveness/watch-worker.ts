import { type ChannelHandle, checkHandle, type SignalHandle } from '../channel-handle.ts';
import { declareDead } from './declare-dead.ts';

/** A worker of Node, or of Bun or a browser: what tells that it has ended. */
export interface WorkerLike {
  on?(event: 'exit', listener: () => void): unknown;
  addEventListener?(type: string, listener: () => void): void;
}

/**
 * Tells the other ends of these channels when `worker`, to which the handles were posted, has ended: at once, and even where the
 * worker never opened them. By the worker's `exit` event in Node, by its `close` event in Bun. For browsers, which have neither, nothing
 * is done: there the worker's Web Locks tell.
 *
 * Without it, the end of a worker that was terminated is noticed as docs/threads.md says.
 *
 * @example
 * ```ts
 * import { Worker } from 'node:worker_threads';
 * import { ChannelError, createChannelPair, openChannel, Queue, watchWorker } from 'vmbus-ring';
 *
 * const [ours, theirs] = createChannelPair({ ringBytes: 4096 });
 * const worker = new Worker('require("node:worker_threads").parentPort.once("message", () => {})', { eval: true });
 * watchWorker(worker, theirs);
 * worker.postMessage(theirs); // it ends without ever opening it
 *
 * const queue = new Queue(openChannel(ours));
 * const error = await queue.read().catch((reason: unknown) => reason);
 * error instanceof ChannelError && error.code; // 'PeerDied'
 * ```
 */
export function watchWorker(worker: WorkerLike, ...handles: readonly (ChannelHandle | SignalHandle)[]): void {
  for (const handle of handles) checkHandle(handle, handle.kind);
  const ended = (): void => {
    for (const handle of handles) declareDead(handle);
  };
  if (typeof worker.on === 'function') worker.on('exit', ended);
  else if (typeof worker.addEventListener === 'function') worker.addEventListener('close', ended);
  else throw new TypeError('this is no worker');
}
