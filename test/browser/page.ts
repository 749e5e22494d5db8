// The module of every page: runs tests when it is asked to, in its own thread or in workers.
import { ONE_THREAD_SUITES } from '../suites/all-suites.ts';
import { threadDeathSuite } from '../suites/thread-death.suite.ts';
import { threadSuite } from '../suites/threads.suite.ts';
import { pageSuite } from './page.suite.ts';
import { errorText, runSuites } from './run-suites.ts';
import type { RunRequest, TestEvent } from './test-event.ts';
import { WEB_HOST } from './web-host.ts';
import { dataOf, startWorker, WEB } from './web-scope.ts';

const THREAD_SUITES = [threadSuite(WEB_HOST), threadDeathSuite(WEB_HOST)];

async function runInWorker(request: RunRequest): Promise<void> {
  const worker = startWorker('suite-worker.js');
  try {
    await new Promise<void>((resolve, reject) => {
      worker.addEventListener('error', (event) => reject(new Error(`the worker failed: ${messageOf(event)}`)));
      worker.addEventListener('message', (event) => {
        const data = dataOf(event) as TestEvent | 'done';
        if (data === 'done') resolve();
        else WEB.report(data);
      });
      worker.postMessage(request);
    });
  } finally {
    worker.terminate();
  }
}

function messageOf(event: Event): string {
  return 'message' in event ? String(event.message) : 'its module could not be loaded';
}

async function runHere(request: RunRequest): Promise<void> {
  switch (request.place) {
    case 'main thread':
      return await runSuites([pageSuite, ...ONE_THREAD_SUITES], request.filter, WEB.report);
    case 'dedicated worker':
      return await runInWorker(request);
    case 'threads':
      return await runSuites([pageSuite, ...THREAD_SUITES], request.filter, WEB.report);
  }
}

WEB.runTests = async (request) => {
  try {
    await runHere(request);
  } catch (error) {
    WEB.report({ kind: 'fail', test: `all that remain in the ${request.place}`, ms: 0, error: errorText(error) });
  }
};
