import { END_CLOSED, END_DIED } from '../../../channel/signal.ts';
import type { EndHandle } from '../channel-handle.ts';
import { ring } from '../doorbell.ts';
import type { LinkMemory } from '../link-memory.ts';
import { peerDoorbell } from '../peer-doorbell.ts';

/** Says that an end's thread has ended, unless the end was closed before. True if that was news. */
function markDead(link: LinkMemory, end: 0 | 1): boolean {
  const states = link.states();
  for (;;) {
    const state = Atomics.load(states, end);
    if (state === END_CLOSED || state === END_DIED) return false;
    if (Atomics.compareExchange(states, end, state, END_DIED) === state) return true;
  }
}

/**
 * The same, by whatever thread; and wakes the other end, wherever it waits. `link` was opened before: called out of events, this must
 * not throw, whatever somebody has done to the memory meanwhile.
 */
export function declareDead(handle: EndHandle, link: LinkMemory): void {
  if (!markDead(link, handle.end)) return;
  const { words, slot } = peerDoorbell(handle, link);
  ring(words, slot);
}
