import { END_OPEN } from '../../../channel/signal.ts';
import { type ChannelHandle, checkHandle, type EndHandle, linkOf, type SignalHandle } from '../channel-handle.ts';
import type { LinkMemory } from '../link-memory.ts';
import { declareDead } from './declare-dead.ts';

/**
 * A worker of Node, or of Bun or a browser: what tells that it has ended.
 *
 * @example
 * ```ts
 * import { Worker } from 'node:worker_threads';
 * import type { WorkerLike } from 'vmbus-ring';
 *
 * const worker: WorkerLike = new Worker('', { eval: true });
 * typeof worker.on; // 'function'
 * ```
 */
export interface WorkerLike {
  /** Of Node. */
  on?(event: 'exit', listener: () => void): unknown;
  /** Of Bun and browsers. */
  addEventListener?(type: string, listener: () => void): void;
  /** Of Node and Bun: -1 once it has ended. */
  readonly threadId?: number;
}

/**
 * Tells the other ends of these channels when `worker`, to which the handles were posted, has ended: at once, and even where the
 * worker never opened them. By the worker's `exit` event in Node, by its `close` event in Bun.
 *
 * Browsers have neither: there the worker's Web Locks tell, unless it ended before it had them. Who terminates a worker knows better,
 * everywhere: call the function that is returned, and the worker's ends count as dead.
 *
 * Throws a `ChannelError` with code `InvalidHandle` where a handle is none, and a `TypeError` where the worker is none.
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
export function watchWorker(worker: WorkerLike, ...handles: readonly (ChannelHandle | SignalHandle)[]): () => void {
  for (const handle of handles) {
    checkHandle(handle, handle?.kind === 'vmbus-ring/signal' ? handle.kind : 'vmbus-ring/channel');
  }
  const links = handles.map((handle) => linkOf(handle));
  const watched = watchedBy.get(worker) ?? watchForEnd(worker);
  // What is closed needs no watching: its memory is let go of.
  for (const [handle, link] of watched) if (isOver(handle, link)) watched.delete(handle);
  for (const [i, handle] of handles.entries()) watched.set(handle, links[i]!);
  // It has ended already: its event will not come.
  if (worker.threadId === -1) declareAllDead(watched);
  return () => declareAllDead(watched);
}

/** Handles, and the pages that link their ends: opened once, while they are in order. */
type Watched = Map<EndHandle, LinkMemory>;

/** The handles that each worker has; a worker gets one listener for all of them. */
const watchedBy: WeakMap<WorkerLike, Watched> = new WeakMap();

function watchForEnd(worker: WorkerLike): Watched {
  const watched: Watched = new Map();
  const ended = (): void => declareAllDead(watched);
  if (typeof worker?.on === 'function') worker.on('exit', ended);
  else if (typeof worker?.addEventListener === 'function') worker.addEventListener('close', ended);
  else throw new TypeError('this is no worker');
  watchedBy.set(worker, watched);
  return watched;
}

function declareAllDead(watched: Watched): void {
  for (const [handle, link] of watched) declareDead(handle, link);
  watched.clear();
}

function isOver(handle: EndHandle, link: LinkMemory): boolean {
  return Atomics.load(link.states(), handle.end) > END_OPEN;
}
