import { isMainThread, threadId } from 'node:worker_threads';
import { LOOK_INTERVAL_MS } from '../../../channel/signal.ts';

/** Whoever ends a thread that sleeps in the kernel waits until it comes back from there. */
const WORKER_SLEEP_MS = 50;

/** Threads that libuv's pool has, unless the environment says otherwise. */
const POOL_THREADS = 4;

/** How many of them are left to others. */
const POOL_THREADS_LEFT = 2;

/** How long this thread may sleep in the kernel at a time. */
export function longestSleepMs(): number {
  return isMainThread ? LOOK_INTERVAL_MS : WORKER_SLEEP_MS;
}

/**
 * Whether this thread may have a thread of the pool sleep for it. Not all may: where every thread of the pool sleeps, nothing else of the
 * process gets done, waking them included. Threads do not know of each other, so it goes by their ids: the first ones may.
 */
export function maySleepInPool(): boolean {
  // Deno has a pool of its own, which grows.
  if ('Deno' in globalThis) return true;
  const threads = Number(process.env['UV_THREADPOOL_SIZE'] ?? POOL_THREADS);
  return threadId < Math.max(1, threads - POOL_THREADS_LEFT);
}
