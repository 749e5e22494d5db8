// Fails unless the tests of the inner folders take every branch, every line and every function of theirs: `npm run test:coverage`.
// Random inputs are few: what only many of them reach is not covered.
import { runSuites } from './run-suites.ts';

/** All of it: what takes longer hangs. */
const TIME_LIMIT_MS = 600_000;

/** The inner folders of `src/`, and the folders of `test/` that are to cover them. */
const SOURCES = ['wire', 'memory', 'ring', 'gpa', 'pipe'];
const SUITES = [...SOURCES, 'direct'];

process.exitCode = await runSuites(`test/{${SUITES.join(',')}}/*.test.ts`, {
  limitMs: TIME_LIMIT_MS,
  args: [
    '--experimental-test-coverage',
    ...SOURCES.map((folder) => `--test-coverage-include=src/${folder}/**`),
    ...['branches', 'lines', 'functions'].map((what) => `--test-coverage-${what}=100`),
    '--test-concurrency=2',
    '--test-reporter=dot',
  ],
  variables: { VMBUS_RING_SEED: '1', VMBUS_RING_RUNS: '0.1' },
});
