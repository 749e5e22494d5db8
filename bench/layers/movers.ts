import { FlatRingMem } from '../../src/index.ts';
import type { Movers } from '../jobs/measure-movers.ts';
import type { Mover } from '../jobs/mover.ts';
import { RingMover } from '../jobs/ring-mover.ts';
import { RING_BYTES } from '../one-thread/memories.ts';
import { BytePipeMover } from './byte-pipe-mover.ts';
import { CallMover } from './call-mover.ts';
import { MessagePipeMover } from './message-pipe-mover.ts';
import { QueueMover, QueuePacketMover } from './queue-mover.ts';

/** What a message goes through: the ring alone, or what stands on it. */
export const WAYS = ['ring', 'queue', 'queue, packets', 'message pipe', 'byte pipe', 'call and answer'] as const;
export type Way = (typeof WAYS)[number];

/** Messages through each layer, over the same memory. */
export const MOVERS: Movers<Way> = { ways: WAYS, rival: 'ring', create };

function create(way: Way, payloadBytes: number, batch: number): Mover {
  switch (way) {
    case 'ring':
      return new RingMover(new FlatRingMem(RING_BYTES), payloadBytes, batch);
    case 'queue':
      return new QueueMover(payloadBytes, batch);
    case 'queue, packets':
      return new QueuePacketMover(payloadBytes, batch);
    case 'message pipe':
      return new MessagePipeMover(payloadBytes, batch);
    case 'byte pipe':
      return new BytePipeMover(payloadBytes, batch);
    case 'call and answer':
      return new CallMover(payloadBytes, batch);
  }
}
