// Random operations on our ring and on DPDK's, step by step: bytes, results and signals have to agree.
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { ringFree } from '../../src/index.ts';
import { chooseSeed, runsInFull, scaleRuns } from '../support/property.ts';
import { Xorshift } from '../support/xorshift.ts';
import { withDpdk } from './dpdk-only.ts';
import { Lockstep } from './lockstep/lockstep.ts';
import { describeOperation, type Operation, type Outcome, WORD } from './lockstep/operation.ts';
import { randomOperation, type RingState } from './lockstep/random-operation.ts';

/** Operations after which the ring is filled rather than emptied, or the other way round. */
const PHASE_LENGTH = 40;

/** What came of the operations: all of it has to have happened. */
type Tally = Record<'written' | 'full' | 'read' | 'empty' | 'reader signalled' | 'writer signalled', number>;

function count(tally: Tally, { name }: Operation, { result, signal }: Outcome): void {
  if (name === 'store') return;
  if (name === 'write') {
    tally[result === 'ok' ? 'written' : 'full']++;
    if (signal) tally['reader signalled']++;
    return;
  }
  tally[result === 'ok' ? 'read' : 'empty']++;
  if (signal) tally['writer signalled']++;
}

function stateOf({ control, ringBytes }: Lockstep): RingState {
  return { ringBytes, freeBytes: ringFree(ringBytes, control[WORD.in]!, control[WORD.out]!) };
}

async function run(t: TestContext, ringBytes: number, operationCount: number): Promise<Tally> {
  const seed = chooseSeed();
  t.diagnostic(`${operationCount} operations; replay with VMBUS_RING_SEED=${seed}`);
  const random = new Xorshift(seed);
  const lockstep = await Lockstep.openAlike(t, ringBytes);
  const tally = { written: 0, full: 0, read: 0, empty: 0, 'reader signalled': 0, 'writer signalled': 0 };
  for (let i = 0; i < operationCount; i++) {
    const operation = randomOperation(random, stateOf(lockstep), Math.floor(i / PHASE_LENGTH) % 2 === 0);
    try {
      count(tally, operation, await lockstep.step(operation));
    } catch (cause) {
      throw new Error(`operation ${i} of seed ${seed}: ${describeOperation(operation)}`, { cause });
    }
  }
  await lockstep.dpdk.close();
  return tally;
}

withDpdk('lockstep', () => {
  describe('in step with DPDK', () => {
    for (const [kib, operationCount] of [
      [4, 10_000],
      [8, 10_000],
      [64, 5000],
      [1024, 1000],
    ] as const) {
      it(`a ring of ${kib} KiB`, async (t) => {
        const tally = await run(t, kib * 1024, scaleRuns(operationCount));
        t.diagnostic(
          Object.entries(tally)
            .map(([what, times]) => `${what} ${times}`)
            .join(', '),
        );
        if (runsInFull()) assert.ok(Object.values(tally).every((times) => times > 0));
      });
    }
  });
});
