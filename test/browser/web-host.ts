import type { Host } from '../suites/thread-host.ts';
import type { WorkerMessage } from '../suites/thread-task.ts';
import { dataOf, startWorker } from './web-scope.ts';

/** Web Workers. */
export const WEB_HOST: Host = {
  // A Web Lock is all that tells of a worker's death, and taking it needs turns.
  seesEarlyDeath: false,
  spawn() {
    const worker = startWorker('thread-worker.js');
    return {
      post: (task) => worker.postMessage(task),
      onMessage: (listener) => {
        worker.addEventListener('message', (event) => listener(dataOf(event) as WorkerMessage));
      },
      onError: (listener) => {
        worker.addEventListener('error', (event) => {
          listener(new Error('message' in event ? String(event.message) : 'the worker could not be loaded'));
        });
      },
      terminate: () => {
        worker.terminate();
        return Promise.resolve();
      },
    };
  },
};
