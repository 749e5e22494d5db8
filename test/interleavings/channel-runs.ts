import assert from 'node:assert/strict';
import type { AccessPlan } from './access-plan.ts';
import { openThreadEnd, threadsWorld } from './channels.ts';
import type { Side } from './clocks.ts';
import { type Exploration, explore } from './explore.ts';
import type { Program, Surroundings } from './fiber.ts';
import { RING_BYTES } from './layout.ts';
import { type Calls, channelErrorOf, QueueUser } from './queue-user.ts';
import type { Kind } from './stepped-memory.ts';

/** What the two ends of a channel between threads do. */
export interface ChannelRun {
  /**
   * `stream`: end 0 sends, end 1 receives. `echo`: end 1 sends each back before the next one comes. `both`: both send all, then receive all.
   * `close`: as `stream`, and the sender closes its end when it has sent; `leave`: the other one closes its end, and reads nothing.
   */
  readonly traffic: 'stream' | 'echo' | 'both' | 'close' | 'leave';
  readonly packets: number;
  readonly calls: Calls;
  readonly kind?: Kind;
  readonly payloadBytes?: number;
  /** Of room in the first ring, which a packet that is there already fills but for this. */
  readonly roomBytes?: number;
  readonly preemptions?: number;
  /** The accesses of both ends, one of which may be made wrong. */
  readonly plans?: readonly [AccessPlan, AccessPlan];
}

/** Every interleaving of that. */
export function runChannel(run: ChannelRun): Exploration {
  const { calls, kind = 'javascript', payloadBytes = 8, roomBytes, preemptions, plans } = run;
  const world = threadsWorld();
  if (roomBytes !== undefined) world.fill(0, RING_BYTES - 8 - roomBytes);
  const program = (side: Side, use: Use): Program => {
    return {
      kind,
      judgesSignals: true,
      ...(plans === undefined ? {} : { plan: plans[side] }),
      run: (surroundings: Surroundings) => use(new QueueUser(surroundings, openThreadEnd, calls, payloadBytes)),
    };
  };
  const numbers = Array.from({ length: run.packets }, (_, i) => i + 1);
  const [first, second] = usersOf(run, numbers);
  return explore([program(0, first), program(1, second)], {
    world,
    ...(preemptions === undefined ? {} : { preemptions }),
  });
}

type Use = (user: QueueUser) => void;

function usersOf({ traffic, roomBytes }: ChannelRun, numbers: readonly number[]): readonly [Use, Use] {
  const send: Use = (user) => user.write(numbers);
  const receive: Use = (user) => {
    if (roomBytes !== undefined) user.skip();
    user.read(numbers);
  };
  const close: Use = ({ queue }) => queue.channel.close();
  const inTurn = (...uses: readonly Use[]): Use => {
    return (user) => {
      for (const use of uses) use(user);
    };
  };
  switch (traffic) {
    case 'stream':
      return [send, receive];
    case 'both':
      return [inTurn(send, receive), inTurn(send, receive)];
    case 'close':
      return [inTurn(send, close), inTurn(receive, isAtEnd)];
    case 'leave':
      return [sendOrNotice(send), close];
    case 'echo':
      return [
        inTurn(
          ...numbers.map(
            (number): Use =>
              (user) =>
                user.write([number]) ?? user.read([number]),
          ),
        ),
        inTurn(
          ...numbers.map(
            (number): Use =>
              (user) =>
                user.read([number]) ?? user.write([number]),
          ),
        ),
      ];
  }
}

/** Nothing is left, and the peer has closed its end. */
function isAtEnd(user: QueueUser): void {
  assert.equal(
    channelErrorOf(() => user.skip()),
    'PeerClosed',
  );
}

/** The peer does not read. It may be known to be gone, and has to be where there is no room. */
function sendOrNotice(send: Use): Use {
  return (user) => {
    const code = channelErrorOf(() => send(user));
    assert.ok(code === null || code === 'PeerClosed', String(code));
  };
}
