import assert from 'node:assert/strict';
import type { Lockstep, Outcomes } from '../lockstep/lockstep.ts';
import type { Operation } from '../lockstep/operation.ts';
import { BROKEN_DIFFERENCES, type BrokenDifference, SMALL_DIFFERENCES } from './known-differences.ts';
import { lookAt, type Situation } from './situation.ts';

/** One operation, performed by both and found to be well. */
export interface Step {
  readonly outcomes: Outcomes;
  /** The known differences that were seen. */
  readonly differences: readonly string[];
  /** Whether the images are still the same: else nothing can be compared before both begin anew. */
  readonly isAlike: boolean;
}

/** Performs an operation with both. Throws where it leads to something else, unless that is a known difference. */
export async function takeStep(lockstep: Lockstep, operation: Operation): Promise<Step> {
  const situation = lookAt(lockstep, operation);
  const broken = BROKEN_DIFFERENCES.find((difference) => difference.when(situation));
  const before = broken === undefined ? null : lockstep.copyImage();
  const outcomes = await lockstep.perform(operation);
  if (broken === undefined) {
    lockstep.checkImages();
    return { outcomes, differences: checkSame(outcomes, situation), isAlike: true };
  }
  checkBroken(broken, outcomes, operation);
  if (broken.ours !== 'ok') lockstep.checkUntouched(before!);
  const { ours, dpdk } = outcomes;
  // Two that both refuse have changed nothing, and two that both go on have done the same.
  const isAlike = (ours.result === 'ok') === (dpdk.result === 'ok');
  if (isAlike) lockstep.checkImages();
  return { outcomes, differences: [broken.what], isAlike };
}

/** Throws unless both outcomes are the same, but for small differences: those that there were. */
function checkSame({ ours, dpdk }: Outcomes, situation: Situation): string[] {
  const seen: string[] = [];
  let expected = ours;
  for (const difference of SMALL_DIFFERENCES.filter(({ when }) => when(situation))) {
    const before = JSON.stringify(expected);
    expected = difference.dpdk(expected, situation);
    if (JSON.stringify(expected) !== before) seen.push(difference.what);
  }
  assert.deepEqual(dpdk, expected, 'DPDK does otherwise, and no known difference says so');
  return seen;
}

function checkBroken(difference: BrokenDifference, { ours, dpdk }: Outcomes, operation: Operation): void {
  const { what, invalid } = difference;
  assert.equal(ours.result, difference.ours, `our result: ${what}`);
  assert.ok(difference.dpdk.includes(dpdk.result), `DPDK's result is ${dpdk.result}: ${what}`);
  if (ours.result === 'ok' && dpdk.result === 'ok') assert.deepEqual(ours, dpdk, what);
  if (ours.result !== 'ok') assert.deepEqual([ours.signal, ours.packets], [false, []], `an error: ${what}`);
  if (invalid !== undefined && operation.name === 'read') assert.deepEqual(dpdk.packets, [`invalid: ${invalid}`], what);
}
