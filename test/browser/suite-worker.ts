// The module of the dedicated worker: runs the suites of one thread when it gets a request.
import { ONE_THREAD_SUITES } from '../suites/all-suites.ts';
import { pageSuite } from './page.suite.ts';
import { runSuites } from './run-suites.ts';
import type { RunRequest } from './test-event.ts';
import { dataOf, WEB } from './web-scope.ts';

WEB.addEventListener('message', (event) => {
  const { filter } = dataOf(event) as RunRequest;
  void runSuites([pageSuite, ...ONE_THREAD_SUITES], filter, (told) => WEB.postMessage(told)).then(() => {
    WEB.postMessage('done');
  });
});
