// The suites that also run in browsers (`npm run test:browser`), under node:test.
import { test } from 'node:test';
import { ONE_THREAD_SUITES } from '../suites/all-suites.ts';

for (const suite of ONE_THREAD_SUITES) {
  suite.define((name, body) => {
    test(`${suite.name}: ${name}`, body);
  });
}
