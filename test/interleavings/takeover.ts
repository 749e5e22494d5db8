import assert from 'node:assert/strict';
import { flowWord, HEADER_WORDS } from '../../src/transport/channel-file/layout.ts';
import { readFlow } from '../../src/transport/channel-file/flow.ts';
import type { Channel } from '../../src/index.ts';
import type { Side } from './clocks.ts';
import { type Exploration, explore } from './explore.ts';
import type { Program, Surroundings } from './fiber.ts';
import { RING_BYTES } from './layout.ts';
import { openProcessEnd, packetsCounted, setCounted } from './processes.ts';
import { QueueUser } from './queue-user.ts';
import type { Kind } from './stepped-memory.ts';
import { World } from './world.ts';

/** A channel in a file through which packets go from one process to another one. */
export interface Takeover {
  readonly packets: number;
  /** Which of the two is killed, once, before any of its steps, and followed by another process; `null`: none. */
  readonly killed: Side | 'either' | null;
  readonly kind?: Kind;
  /** Of room in the ring, which the first packet, which is there already, fills but for this. */
  readonly roomBytes?: number;
  readonly preemptions?: number;
  /** Made wrong about a channel that was just opened. */
  readonly fault?: (channel: Channel) => void;
}

const PAYLOAD_BYTES = 8;

/** Every interleaving of that: each packet has to arrive, once, in order, and both processes come to their end. */
export function runTakeover({
  packets,
  killed,
  kind = 'javascript',
  roomBytes,
  preemptions,
  fault,
}: Takeover): Exploration {
  const open = (surroundings: Surroundings): Channel => {
    const channel = openProcessEnd(surroundings);
    fault?.(channel);
    return channel;
  };
  const program = (use: (user: QueueUser, counted: number) => void): Program => {
    return {
      kind,
      judgesSignals: fault === undefined,
      run: (surroundings) => {
        const user = new QueueUser(surroundings, open, 'blocking', PAYLOAD_BYTES);
        use(user, countedBy(user, surroundings));
      },
    };
  };
  const send = (): Program => program((user, counted) => user.write(numbersFrom(counted + 1, packets)));
  const receive = (): Program => {
    return program((user, counted) => {
      const isFirstFilling = counted === 0 && roomBytes !== undefined;
      if (isFirstFilling) user.skip();
      user.read(numbersFrom(counted + (isFirstFilling ? 2 : 1), packets));
    });
  };
  const world = new World();
  if (roomBytes !== undefined) {
    world.fill(0, RING_BYTES - 8 - roomBytes);
    setCounted(world, 1, RING_BYTES - 8 - roomBytes);
  }
  return explore([send(), receive()], {
    world,
    successors: [
      killed === 0 || killed === 'either' ? send() : null,
      killed === 1 || killed === 'either' ? receive() : null,
    ],
    atEnd: (last) => {
      for (const side of ['produced', 'consumed'] as const) assert.equal(packetsCounted(last, 0, side), packets);
    },
    ...(preemptions === undefined ? {} : { preemptions }),
  });
}

/** How many packets this end has sent or received, by what the file says. */
function countedBy({ queue }: QueueUser, { side, memory }: Surroundings): number {
  const { readOffset, writeOffset } = queue.channel;
  const words = memory.words(0, HEADER_WORDS);
  const [base, index] =
    side === 0
      ? [flowWord(0, 'produced'), writeOffset.committedIn]
      : [flowWord(0, 'consumed'), readOffset.committedOut];
  return Number(readFlow(words, base, index, RING_BYTES)!.packets);
}

function numbersFrom(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
