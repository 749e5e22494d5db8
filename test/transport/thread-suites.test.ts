// The suites of threads that also run in browsers (`npm run test:browser`), with the workers of Node.
import { test } from 'node:test';
import { threadDeathSuite } from '../suites/thread-death.suite.ts';
import { threadSuite } from '../suites/threads.suite.ts';
import { NODE_HOST } from './suite-host.ts';

for (const suite of [threadSuite(NODE_HOST), threadDeathSuite(NODE_HOST)]) {
  suite.define((name, body) => {
    test(`${suite.name}: ${name}`, body);
  });
}
