import type { Kind } from './outcome.ts';
import type { Choices } from './verifier.ts';

export interface Variant {
  readonly name: string;
  readonly choices: Choices;
  /** What spin finds; `null`: nothing, in all states. */
  readonly finds: Kind | null;
  /** Who sleeps for ever, where a wake-up is lost. */
  readonly sleeper?: 'writer' | 'reader';
}

const STALE = 'a packet is read that is stale or torn';
const OVERWRITTEN = 'what may still be read is overwritten';
const ASLEEP = 'a wake-up is lost';

/** Room for two packets: a side can then be behind by one and not know. */
const NEVER_MASKS = { NEVER_MASKS: 1, ROOM: 2 } as const;
const KEEPS_REQUEST = { KEEPS_REQUEST: 1, ROOM: 2 } as const;

/** How C peers are written: fences between a store and the loads after it, and nothing stronger than acquire and release else. */
const FENCED_WRITER = {
  STORE_IN: 'RELEASE',
  LOAD_MASK: 'ACQUIRE',
  LOAD_OUT_AFTER: 'ACQUIRE',
  SET_PENDING: 'RELAXED',
  LOOK_AGAIN_OUT: 'ACQUIRE',
  FENCE_AFTER_IN: 1,
  FENCE_AFTER_SET_PENDING: 1,
} as const;
const FENCED_READER = {
  STORE_OUT: 'RELEASE',
  LOAD_PENDING: 'ACQUIRE',
  LOAD_IN_AFTER: 'ACQUIRE',
  CLEAR_MASK: 'RELAXED',
  LOOK_AGAIN_IN: 'ACQUIRE',
  FENCE_AFTER_OUT: 1,
  FENCE_AFTER_CLEAR_MASK: 1,
} as const;
const FENCED = { ...FENCED_WRITER, ...FENCED_READER } as const;

/** As JavaScript and WebAssembly have it. */
const JAVASCRIPT = {
  READ_IN: 'SEQ_CST',
  READ_OUT: 'SEQ_CST',
  SET_MASK: 'SEQ_CST',
  WITHDRAW_PENDING: 'SEQ_CST',
} as const;

function enough(name: string, choices: Choices): Variant {
  return { name, choices, finds: null };
}

/** Orders that are enough: nothing goes wrong in any execution. */
export const ENOUGH: readonly Variant[] = [
  enough('as claimed', {}),
  enough('as claimed, room for 2 packets', { ROOM: 2 }),
  enough('as claimed, batches of 2', { ROOM: 2, WRITE_BATCH: 2, READ_BATCH: 2 }),
  enough('as claimed, batches of more than the room', { ROOM: 2, WRITE_BATCH: 3, READ_BATCH: 3 }),
  enough('as claimed, batches of more than the room and of 2', { ROOM: 2, WRITE_BATCH: 3, READ_BATCH: 2 }),
  enough('as claimed, a reader that never masks', NEVER_MASKS),
  enough('as claimed, a writer that keeps its request', KEEPS_REQUEST),
  enough('as claimed, both of these', { ...NEVER_MASKS, ...KEEPS_REQUEST }),
  enough('as claimed, receiveSeen', { SEEN: 1 }),
  enough('as JavaScript has it', JAVASCRIPT),
  enough('as JavaScript has it, receiveSeen, whatever it peeks at', { ...JAVASCRIPT, SEEN: 1, PEEKS_ANYTHING: 1 }),
  enough('peers with fences', FENCED),
  enough('peers with fences, batches of more than the room', { ...FENCED, ROOM: 2, WRITE_BATCH: 3, READ_BATCH: 3 }),
  enough('peers with fences, receiveSeen', { ...FENCED, SEEN: 1, PACKETS: 2 }),
  enough('peers with fences, a reader that never masks', { ...FENCED, ...NEVER_MASKS }),
  enough('peers with fences, a writer that keeps its request', { ...FENCED, ...KEEPS_REQUEST }),
  enough('a writer with fences, a reader in JavaScript', { ...JAVASCRIPT, ...FENCED_WRITER, READ_OUT: 'ACQUIRE' }),
  enough('a reader with fences, a writer in JavaScript', { ...JAVASCRIPT, ...FENCED_READER, READ_IN: 'ACQUIRE' }),
  enough('row 4, out relaxed, a reader that masks', { LOAD_OUT_AFTER: 'RELAXED' }),
  enough('row 6, in relaxed, a writer that withdraws', { LOAD_IN_AFTER: 'RELAXED', ROOM: 2 }),
  enough('signals that carry nothing', { SIGNAL: 'RELAXED' }),
];

/** Each access of each row with the next weaker order, all others as claimed. */
export const WEAKER: readonly Variant[] = [
  { name: 'row 1', choices: { READ_IN: 'RELAXED' }, finds: STALE },
  { name: 'row 1, receiveSeen', choices: { READ_IN: 'RELAXED', SEEN: 1 }, finds: STALE },
  { name: 'row 2', choices: { STORE_IN: 'RELAXED' }, finds: STALE },
  { name: 'row 2, a fence after it', choices: { STORE_IN: 'RELAXED', FENCE_AFTER_IN: 1 }, finds: STALE },
  { name: 'row 3', choices: { READ_OUT: 'RELAXED' }, finds: OVERWRITTEN },
  { name: 'row 4, in', choices: { STORE_IN: 'RELEASE' }, finds: ASLEEP, sleeper: 'reader' },
  { name: 'row 4, the mask', choices: { LOAD_MASK: 'ACQUIRE' }, finds: ASLEEP, sleeper: 'reader' },
  { name: 'row 4, out', choices: { LOAD_OUT_AFTER: 'ACQUIRE', ...NEVER_MASKS }, finds: ASLEEP, sleeper: 'reader' },
  { name: 'row 5', choices: { STORE_OUT: 'RELAXED' }, finds: OVERWRITTEN },
  { name: 'row 5, a fence after it', choices: { STORE_OUT: 'RELAXED', FENCE_AFTER_OUT: 1 }, finds: OVERWRITTEN },
  { name: 'row 6, out', choices: { STORE_OUT: 'RELEASE' }, finds: ASLEEP, sleeper: 'writer' },
  { name: 'row 6, the size', choices: { LOAD_PENDING: 'ACQUIRE' }, finds: ASLEEP, sleeper: 'writer' },
  { name: 'row 6, in', choices: { LOAD_IN_AFTER: 'ACQUIRE', ...KEEPS_REQUEST }, finds: ASLEEP, sleeper: 'writer' },
  { name: 'row 7, the mask', choices: { CLEAR_MASK: 'RELEASE' }, finds: ASLEEP, sleeper: 'reader' },
  { name: 'row 7, in', choices: { LOOK_AGAIN_IN: 'ACQUIRE' }, finds: ASLEEP, sleeper: 'reader' },
  { name: 'row 8, the size', choices: { SET_PENDING: 'RELEASE' }, finds: ASLEEP, sleeper: 'writer' },
  { name: 'row 8, out', choices: { LOOK_AGAIN_OUT: 'ACQUIRE' }, finds: ASLEEP, sleeper: 'writer' },
];

/** What the rows do not say by themselves: the other half of a pair where only one of the two sides ever sleeps, what is compared, where fences are. */
export const BEYOND: readonly Variant[] = [
  {
    name: 'row 4 and 7, a reader that never masks, in',
    choices: { STORE_IN: 'RELEASE', ...NEVER_MASKS },
    finds: ASLEEP,
    sleeper: 'reader',
  },
  {
    name: 'row 6 and 7, a reader that never masks, out',
    choices: { STORE_OUT: 'RELEASE', ...NEVER_MASKS },
    finds: ASLEEP,
    sleeper: 'reader',
  },
  {
    name: 'row 7, a reader that never masks, in',
    choices: { LOOK_AGAIN_IN: 'ACQUIRE', ...NEVER_MASKS },
    finds: ASLEEP,
    sleeper: 'reader',
  },
  {
    name: 'row 6 and 8, a writer that keeps its request, out',
    choices: { STORE_OUT: 'RELEASE', ...KEEPS_REQUEST },
    finds: ASLEEP,
    sleeper: 'writer',
  },
  {
    name: 'row 8, a writer that keeps its request, out',
    choices: { LOOK_AGAIN_OUT: 'ACQUIRE', ...KEEPS_REQUEST },
    finds: ASLEEP,
    sleeper: 'writer',
  },
  { name: 'receiveSeen does not compare', choices: { SEEN: 1, COMPARES: 0 }, finds: STALE },
  { name: 'fences, none after in', choices: { ...FENCED, FENCE_AFTER_IN: 0 }, finds: ASLEEP, sleeper: 'reader' },
  { name: 'fences, none after out', choices: { ...FENCED, FENCE_AFTER_OUT: 0 }, finds: ASLEEP, sleeper: 'writer' },
  {
    name: 'fences, none after the mask',
    choices: { ...FENCED, FENCE_AFTER_CLEAR_MASK: 0 },
    finds: ASLEEP,
    sleeper: 'reader',
  },
  {
    name: 'fences, none after the size',
    choices: { ...FENCED, FENCE_AFTER_SET_PENDING: 0 },
    finds: ASLEEP,
    sleeper: 'writer',
  },
  { name: 'fences, signals that carry nothing', choices: { ...FENCED, SIGNAL: 'RELAXED' }, finds: ASLEEP },
];
