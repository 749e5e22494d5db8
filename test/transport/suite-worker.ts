import { parentPort } from 'node:worker_threads';
import type { ThreadTask } from '../suites/thread-task.ts';
import { doTask } from '../suites/thread-worker.ts';

parentPort!.on('message', (task: ThreadTask) => {
  void doTask(task, {
    post: (message) => parentPort!.postMessage(message),
    exit: () => process.exit(),
    settle: () => new Promise(setImmediate),
  });
});
