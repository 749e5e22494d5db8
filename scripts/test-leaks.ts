// Opens and closes everything so often that what leaks shows: `npm run test:leaks -- --count 10000`.
import { parseArgs } from 'node:util';
import { COUNT_VARIABLE, DEFAULT_COUNT } from '../test/leaks/count.ts';
import { runSuites } from './run-suites.ts';

/** What takes longer hangs: a second for the start, and 30 ms each, of some twenty kinds. */
const limitMs = (count: number): number => 120_000 + 30 * 20 * count;

const { values } = parseArgs({ options: { count: { type: 'string', default: String(DEFAULT_COUNT) } } });
const { count } = values;
if (!/^[1-9]\d{1,6}$/.test(count)) throw new Error(`--count must be a number from 10 to 9999999, got ${count}`);
console.log(`everything is opened and closed ${count} times`);
process.exitCode = await runSuites('test/leaks/*.leaks.ts', {
  limitMs: limitMs(Number(count)),
  args: ['--test-concurrency=1'],
  variables: { [COUNT_VARIABLE]: count, NODE_COMPILE_CACHE: '.cache/compile' },
});
