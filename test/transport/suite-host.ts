import { Worker } from 'node:worker_threads';
import type { Host } from '../suites/thread-host.ts';

/** Workers of `node:worker_threads`, which Bun and Deno have as well. */
export const NODE_HOST: Host = {
  seesEarlyDeath: true,
  spawn() {
    const worker = new Worker(new URL('./suite-worker.ts', import.meta.url));
    return {
      post: (task) => worker.postMessage(task),
      onMessage: (listener) => worker.on('message', listener),
      onError: (listener) => worker.on('error', listener),
      terminate: async () => {
        await worker.terminate();
      },
    };
  },
};
