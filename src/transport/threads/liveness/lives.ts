import type { EndHandle } from '../channel-handle.ts';
import type { LinkMemory } from '../link-memory.ts';
import { declareDead } from './declare-dead.ts';
import { onThreadEnd } from '../../thread-end.ts';
import { endLeaseWhileBlocked, keepLease, leaseWhileBlocked, LeaseWatch } from './lease.ts';
import { LIFE_LOCKED, LIFE_THREAD, LIFE_THREAD_START } from './life-words.ts';
import { hasLinuxThreadEnded } from './linux-thread.ts';
import { hasWebLocks, holdLock, watchLock } from './web-lock.ts';

/** The lives of the two threads of a channel, as one of them sees it. */
export interface Lives {
  /** Whether the peer's thread has ended without closing its end, as far as can be told now. Never true of one that is only busy. */
  isPeerDead(): boolean;
  /**
   * This thread is about to block, for less than a second; or it runs again. A worker that blocks before its first turn of the event
   * loop has no other sign of life to give in a browser.
   */
  blocks(): void;
  runs(): void;
  /** This end is closed: nothing is to be shown and nothing to be watched any more. */
  end(): void;
}

/** The name of the Web Lock that the thread of an end holds. */
export function lockName(link: LinkMemory, end: 0 | 1): string {
  return `vmbus-ring ${link.identity} ${end}`;
}

/**
 * Shows the peer that this thread lives, in all ways that there are here, and watches the peer in all ways that it shows.
 * `hasShownThread`: the peer can ask the kernel already.
 */
export function watchLives(handle: EndHandle, link: LinkMemory, hasShownThread: boolean): Lives {
  const own = handle.end;
  const ends = [show(handle, link, hasShownThread)];
  const peer = own === 0 ? 1 : 0;
  const peerLife = link.life(peer);
  const lease = new LeaseWatch(peerLife);
  const ownLife = link.life(own);
  let isLockLost = false;
  let isWatchingLock = false;

  function watchPeerLock(): void {
    if (isWatchingLock || Atomics.load(peerLife, LIFE_LOCKED) === 0) return;
    isWatchingLock = true;
    ends.push(
      watchLock(lockName(link, peer), () => {
        isLockLost = true;
        declareDead({ ...handle, end: peer }, link);
      }),
    );
  }

  return {
    isPeerDead: () => {
      watchPeerLock();
      const id = Atomics.load(peerLife, LIFE_THREAD);
      if (isLockLost || id === 0) return isLockLost || lease.hasRunOut();
      return hasLinuxThreadEnded({ id, start: Atomics.load(peerLife, LIFE_THREAD_START) });
    },
    blocks: () => {
      if (!hasShownThread) leaseWhileBlocked(ownLife);
    },
    runs: () => {
      if (!hasShownThread) endLeaseWhileBlocked(ownLife);
    },
    end: () => {
      for (const end of ends) end();
    },
  };
}

/** Returns a function that ends it. */
function show(handle: EndHandle, link: LinkMemory, hasShownThread: boolean): () => void {
  const own = handle.end;
  const life = link.life(own);
  const ends = [onThreadEnd(() => declareDead(handle, link))];
  // Besides: Deno leaves the thread of a worker that was terminated while it blocked, but takes its locks away.
  if (hasWebLocks()) ends.push(holdLock(lockName(link, own), () => Atomics.store(life, LIFE_LOCKED, 1)));
  if (!hasShownThread) {
    const endLease = keepLease(life);
    if (endLease !== null) ends.push(endLease);
  }
  return () => {
    for (const end of ends) end();
  };
}
