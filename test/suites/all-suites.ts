import { pipeSuite } from './pipes.suite.ts';
import { queueSuite } from './queues.suite.ts';
import { requestSuite } from './requests.suite.ts';
import { ringSuite } from './rings.suite.ts';
import { setSuite } from './sets.suite.ts';
import { streamSuite } from './streams.suite.ts';
import type { Suite } from './suite.ts';
import { waitSuite } from './waits.suite.ts';

/** Suites that need one thread only. */
export const ONE_THREAD_SUITES: readonly Suite[] = [
  ringSuite,
  queueSuite,
  waitSuite,
  pipeSuite,
  streamSuite,
  requestSuite,
  setSuite,
];
