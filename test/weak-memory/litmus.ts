import type { Choices } from './verifier.ts';

const [SB, MP, LB, CORR, MP_DATA] = [1, 2, 3, 4, 5] as const;

const ALL_RELAXED = {
  LEFT_FIRST: 'RELAXED',
  LEFT_SECOND: 'RELAXED',
  RIGHT_FIRST: 'RELAXED',
  RIGHT_SECOND: 'RELAXED',
} as const;

export interface Litmus {
  readonly name: string;
  readonly choices: Choices;
  /** Whether the outcome by which the program is known can come. */
  readonly isAllowed: boolean;
}

function litmus(name: string, isAllowed: boolean, choices: Choices): Litmus {
  return { name, isAllowed, choices };
}

/** What the memory of the model is expected to do: what C11 does, but for load buffering, which it has not. */
export const LITMUS: readonly Litmus[] = [
  litmus('SB, all seq_cst', false, { LITMUS: SB }),
  litmus('SB, a store is a release', true, { LITMUS: SB, LEFT_FIRST: 'RELEASE' }),
  litmus('SB, the other store is a release', true, { LITMUS: SB, RIGHT_FIRST: 'RELEASE' }),
  litmus('SB, a load is an acquire', true, { LITMUS: SB, LEFT_SECOND: 'ACQUIRE' }),
  litmus('SB, the other load is an acquire', true, { LITMUS: SB, RIGHT_SECOND: 'ACQUIRE' }),
  litmus('SB, relaxed, two fences', false, { LITMUS: SB, ...ALL_RELAXED, LEFT_FENCE: 1, RIGHT_FENCE: 1 }),
  litmus('SB, relaxed, one fence', true, { LITMUS: SB, ...ALL_RELAXED, LEFT_FENCE: 1 }),
  litmus('SB, one side relaxed with a fence, the other seq_cst', false, {
    LITMUS: SB,
    LEFT_FIRST: 'RELAXED',
    LEFT_SECOND: 'RELAXED',
    LEFT_FENCE: 1,
  }),
  litmus('MP, release and acquire', false, {
    LITMUS: MP,
    ...ALL_RELAXED,
    LEFT_SECOND: 'RELEASE',
    RIGHT_FIRST: 'ACQUIRE',
  }),
  litmus('MP, no release', true, { LITMUS: MP, ...ALL_RELAXED, RIGHT_FIRST: 'ACQUIRE' }),
  litmus('MP, no acquire', true, { LITMUS: MP, ...ALL_RELAXED, LEFT_SECOND: 'RELEASE' }),
  litmus('MP of data, release and acquire', false, { LITMUS: MP_DATA, LEFT_SECOND: 'RELEASE', RIGHT_FIRST: 'ACQUIRE' }),
  litmus('MP of data, no release', true, { LITMUS: MP_DATA, LEFT_SECOND: 'RELAXED', RIGHT_FIRST: 'ACQUIRE' }),
  litmus('MP of data, no acquire', true, { LITMUS: MP_DATA, LEFT_SECOND: 'RELEASE', RIGHT_FIRST: 'RELAXED' }),
  litmus('CoRR, relaxed', false, { LITMUS: CORR, ...ALL_RELAXED }),
  litmus('LB, relaxed: not in this memory', false, { LITMUS: LB, ...ALL_RELAXED }),
];
