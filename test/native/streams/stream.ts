import type { Owner } from '../owner.ts';
import { ringFree } from '../../../src/index.ts';
import { Xorshift } from '../../support/xorshift.ts';
import { Lockstep } from '../lockstep/lockstep.ts';
import { describeOperation, type Operation, WORD } from '../lockstep/operation.ts';
import type { RingState } from './honest-operations.ts';
import { takeStep } from './judge.ts';
import { type Round, ROUNDS } from './rounds.ts';
import type { Tally } from './tally.ts';

/** Operations before a failure that are told. */
const TOLD = 12;

function stateOf({ control, ringBytes }: Lockstep): RingState {
  const freeBytes = ringFree(ringBytes, control[WORD.in]!, control[WORD.out]!);
  return { ringBytes, freeBytes: freeBytes > 0 && freeBytes < ringBytes ? freeBytes : ringBytes - 8 };
}

function drawRound(random: Xorshift): Round {
  let drawn = random.below(ROUNDS.reduce((sum, { weight }) => sum + weight, 0));
  return ROUNDS.find(({ weight }) => (drawn -= weight) < 0)!.round;
}

export interface StreamOptions {
  readonly seed: number;
  readonly ringBytes: number;
  /** It ends with the round in which it has so many steps. */
  readonly stepCount: number;
  readonly tally: Tally;
}

/** Has both do the same random operations, one by one, in a ring of their own each. Throws where something differs that is not known to. */
export async function runStream(t: Owner, { seed, ringBytes, stepCount, tally }: StreamOptions): Promise<void> {
  const random = new Xorshift(seed);
  const lockstep = await Lockstep.openAlike(t, ringBytes);
  const done: Operation[] = [];
  const end = tally.steps + stepCount;
  while (tally.steps < end) {
    lockstep.align();
    for (const operation of drawRound(random)(random, () => stateOf(lockstep))) {
      done.push(operation);
      try {
        const step = await takeStep(lockstep, operation);
        tally.count(operation, step);
        if (!step.isAlike) break;
      } catch (cause) {
        const told = done.slice(-TOLD).map(describeOperation).join('\n  ');
        throw new Error(`operation ${done.length} of a ring of ${ringBytes} bytes, seed ${seed}:\n  ${told}`, {
          cause,
        });
      }
    }
  }
  await lockstep.dpdk.close();
}
