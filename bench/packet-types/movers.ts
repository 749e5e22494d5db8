import { FlatRingMem } from '../../src/index.ts';
import type { Movers } from '../jobs/measure-movers.ts';
import { RingMover } from '../jobs/ring-mover.ts';
import { RING_BYTES } from '../one-thread/memories.ts';
import { CompletionMover } from './completion-mover.ts';
import { KINDS } from './kinds.ts';

/** What the packets are, and what of them is read. */
export const WAYS = [
  'in band',
  'with its completion',
  'GPA direct',
  'GPA direct, headers only',
  'transfer pages',
  'transfer pages, headers only',
] as const;
export type Way = (typeof WAYS)[number];

/** Packets of each type through rings that two threads can share. */
export const MOVERS: Movers<Way> = {
  ways: WAYS,
  rival: 'in band',
  create(way, payloadBytes, batch) {
    const memory = new FlatRingMem(RING_BYTES);
    if (way === 'in band') return new RingMover(memory, payloadBytes, batch);
    if (way === 'with its completion')
      return new CompletionMover(memory, new FlatRingMem(RING_BYTES), payloadBytes, batch);
    return new RingMover(memory, payloadBytes, batch, KINDS[way]);
  },
};
