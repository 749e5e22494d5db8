import type { Question } from '../jobs/in-turn.ts';

/** Many more of 4096 bytes than fit into a ring: it wraps while they are verified. */
const TRIAL = 1600;

export const SINGLY: Question = { title: '1 message a commit', first: 'send', batch: 1, trial: TRIAL };
export const IN_BATCHES: Question = { title: '16 messages a commit', first: 'send', batch: 16, trial: TRIAL };
export const ROUND_TRIP: Question = { title: 'round trip', first: 'ping', batch: 1, trial: 200 };
