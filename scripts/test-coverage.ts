// Fails unless the tests of the inner folders take every branch, every line and every function of theirs: `npm run test:coverage`.
// Random inputs are few: what only many of them reach is not covered.
import { MUTATED } from '../test/mutation/folders.ts';
import { runSuites } from './run-suites.ts';

/** All of it: what takes longer hangs. */
const TIME_LIMIT_MS = 600_000;

const sources = Object.keys(MUTATED);
const suites = [...new Set(Object.values(MUTATED).flat())];

process.exitCode = await runSuites(`test/{${suites.join(',')}}/*.test.ts`, {
  limitMs: TIME_LIMIT_MS,
  args: [
    '--experimental-test-coverage',
    ...sources.map((folder) => `--test-coverage-include=src/${folder}/**`),
    ...['branches', 'lines', 'functions'].map((what) => `--test-coverage-${what}=100`),
    '--test-concurrency=2',
    '--test-reporter=dot',
  ],
  variables: { VMBUS_RING_SEED: '1', VMBUS_RING_RUNS: '0.1' },
});
