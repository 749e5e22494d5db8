import { type EndHandle, linkOf } from '../channel-handle.ts';
import { KeepAlive } from '../../keep-alive.ts';
import { declareDead } from './declare-dead.ts';
import { LIFE_LOCKED } from './life-words.ts';
import { lockName } from './lives.ts';
import { hasWebLocks, watchLock } from './web-lock.ts';

/** How often, and for how long, whoever made a channel looks whether its ends were opened. */
const OPENED_LOOK_MS = 250;
const OPENED_LOOKS = 240;

/**
 * Watches the Web Locks of both ends of a channel, where there are any, for the sake of ends that block: they hear of nothing but
 * what another thread writes. Done by the thread that makes the channel. An end that is opened more than a minute later is watched by its
 * peer alone.
 */
export function watchBothEnds(handle: EndHandle): void {
  if (!hasWebLocks()) return;
  const link = linkOf(handle);
  const unwatched = new Set<0 | 1>([0, 1]);
  let looks = 0;
  const timer = new KeepAlive(OPENED_LOOK_MS, () => {
    for (const end of unwatched) {
      if (Atomics.load(link.life(end), LIFE_LOCKED) === 0) continue;
      unwatched.delete(end);
      watchLock(lockName(link, end), () => declareDead({ ...handle, end }, link));
    }
    if (unwatched.size === 0 || ++looks >= OPENED_LOOKS) timer.dropAll();
  });
  timer.hold(false);
}
