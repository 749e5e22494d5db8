// What comes first in each process that Stryker starts: ends it at the first test that fails, and keeps failures cheap.
import assert from 'node:assert/strict';
import { writeSync } from 'node:fs';
import { afterEach } from 'node:test';

type Compare = (actual: unknown, expected: unknown) => void;

/** Reports a failed test in TAP, and ends the process. */
function fail(name: string): never {
  writeSync(1, `\nnot ok 1 - ${name}\n`);
  process.exit(1);
}

// Stryker's runner sends a signal at the first failure, but tests that never leave the microtasks do not get it.
afterEach((t) => {
  if ('passed' in t && !t.passed) fail(t.name);
});

// A module that does not even load is a failure as well: an error, in the runner's eyes, which counts neither way.
process.on('uncaughtException', (error) => fail(String(error)));

// To print what two rings differ in takes seconds, and nobody reads it.
for (const name of ['equal', 'strictEqual', 'deepEqual', 'deepStrictEqual'] as const) {
  const compare = assert[name];
  const terse: Compare = (actual, expected) => compare(actual, expected, new Error(name));
  Object.assign(assert, { [name]: terse });
}
