// The module of the workers that the suites of threads start.
import type { ThreadTask } from '../suites/thread-task.ts';
import { doTask } from '../suites/thread-worker.ts';
import { dataOf, WEB } from './web-scope.ts';

WEB.addEventListener('message', (event) => {
  void doTask(dataOf(event) as ThreadTask, {
    post: (message) => WEB.postMessage(message),
    exit: () => WEB.close(),
    // Locks are granted in the order in which they were asked for.
    settle: () => WEB.navigator.locks.request('settled', () => {}),
  });
});
