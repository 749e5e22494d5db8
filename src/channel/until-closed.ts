import type { Channel } from './channel.ts';
import { takeTurn } from './event-loop-turn.ts';

/** An iteration that always finds something still lets the event loop have a turn after this many. */
const ITEMS_A_TURN = 256;

/** How a half is read from one item to the next. */
export interface Steps<T> {
  /** The next item, or `null` where there is none now. */
  readonly now: () => T | null;
  /** The next item, as soon as there is one. */
  readonly later: () => Promise<T>;
  /** Called at the end, however it comes. */
  readonly atEnd?: () => void;
}

/** The items of a half, one after the other, until the peer closes its end in good order. */
export async function* untilClosed<T>(channel: Channel, steps: Steps<T>): AsyncGenerator<T, void, undefined> {
  const { now, later, atEnd } = steps;
  try {
    for (let items = 1; ; items++) {
      yield now() ?? (await later());
      if (items % ITEMS_A_TURN === 0) await takeTurn();
    }
  } catch (error) {
    if (!channel.isPeerClosedError(error)) throw error;
  } finally {
    atEnd?.();
  }
}
