import {
  type ChannelSet,
  connectedQueues,
  createChannelPair,
  createDoorbell,
  openChannel,
  openDoorbell,
  Queue,
} from '../../src/index.ts';

/** They lie idle: what matters is that there are many. */
const RING_BYTES = 4096;

/** Both ends of a channel. */
export interface Ends {
  readonly sender: Queue;
  readonly receiver: Queue;
}

/** How channels are made that have both their ends in this thread. */
export type Habitat = () => Ends;

/** Channels that never leave their thread. */
export function inThread(): Ends {
  const [sender, receiver] = connectedQueues({ ringBytes: RING_BYTES });
  return { sender, receiver };
}

/** Channels that could go to other threads: each side's ends share a doorbell, which serves so many. */
export function atDoorbells(slots: number): Habitat {
  const ours = openDoorbell(createDoorbell(slots));
  const theirs = openDoorbell(createDoorbell(slots));
  return () => {
    const [first, second] = createChannelPair({ ringBytes: RING_BYTES, doorbells: [ours, theirs] });
    const sender = new Queue(openChannel(first, { doorbell: ours }));
    return { sender, receiver: new Queue(openChannel(second, { doorbell: theirs })) };
  };
}

/**
 * Some channels, of which one is busy and all others idle. Somebody waits at each idle one: a set that has the busy one as
 * well, or, where there is none, a read of its own.
 */
export class Population {
  readonly set: ChannelSet<Queue> | null;
  /** The one that is not idle. */
  readonly busy: Ends;
  readonly idle: readonly Ends[];

  constructor(create: Habitat, set: ChannelSet<Queue> | null, channels: number) {
    this.set = set;
    this.busy = create();
    this.idle = Array.from({ length: channels - 1 }, create);
    if (set !== null) for (const { receiver } of this.#all) set.add(receiver, receiver);
    // It fails when the channel is closed: that is how it ends.
    else for (const { receiver } of this.idle) receiver.read().catch(() => {});
  }

  /** Closes all of them: nobody waits any more. */
  close(): void {
    this.set?.clear();
    for (const { sender, receiver } of this.#all) {
      receiver.close();
      sender.close();
    }
  }

  get #all(): readonly Ends[] {
    return [this.busy, ...this.idle];
  }
}
