import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Exploration } from './explore.ts';

/** Says how much was gone through, and that it came to an end. */
export function report(t: TestContext, { states, ends, steps }: Exploration): void {
  t.diagnostic(`${states} states, ${ends} of them ends, ${steps} steps`);
  assert.ok(ends > 0);
}
