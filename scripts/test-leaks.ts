// Opens and closes everything so often that what leaks shows: `npm run test:leaks -- --count 10000`.
import { parseArgs } from 'node:util';
import { COUNT_VARIABLE, DEFAULT_COUNT } from '../test/leaks/count.ts';
import { numberOption } from './number-option.ts';
import { runMain } from './run-main.ts';
import { runSuites } from './run-suites.ts';

/** What takes longer hangs: two minutes for all starts, and 30 ms for each round of some twenty kinds. */
const limitMs = (count: number): number => 120_000 + 30 * 20 * count;

function main(): Promise<number> {
  const { values } = parseArgs({ options: { count: { type: 'string', default: String(DEFAULT_COUNT) } } });
  const count = numberOption('count', values.count, 10, 9_999_999);
  console.log(`everything is opened and closed ${count} times`);
  return runSuites('test/leaks/*.leaks.ts', {
    limitMs: limitMs(count),
    args: ['--test-concurrency=1'],
    variables: { [COUNT_VARIABLE]: String(count), NODE_COMPILE_CACHE: '.cache/compile' },
  });
}

await runMain(main);
