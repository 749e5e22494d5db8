import { ChannelError } from '../../channel/channel-error.ts';
import { END_OPEN, END_UNOPENED } from '../../channel/signal.ts';
import type { EndHandle } from './channel-handle.ts';
import { Doorbell, doorbellWords } from './doorbell.ts';
import { DoorbellSignal } from './doorbell-signal.ts';
import type { LinkMemory } from './link-memory.ts';
import { currentLinuxThread, showLinuxThread } from './liveness/linux-thread.ts';
import { watchLives } from './liveness/lives.ts';
import { peerDoorbell } from './peer-doorbell.ts';

/** How an end of a channel is opened. */
export interface OpenOptions {
  /** The doorbell that this end shares with others, opened in this thread: needed where the channel was made with one. */
  readonly doorbell?: Doorbell | undefined;
}

/** Takes the handle's end for this thread, and shows that it lives until the signal is closed. */
export function openEnd(handle: EndHandle, link: LinkMemory, options: OpenOptions): DoorbellSignal {
  const own = handle.end;
  const states = link.states();
  const { doorbell, slot } = ownDoorbell(handle, link, options);
  const theirs = peerDoorbell(handle, link);
  // Looked up before the end is taken, and shown right after: were the thread terminated in between, nobody would ever know.
  const thread = currentLinuxThread();
  if (Atomics.compareExchange(states, own, END_UNOPENED, END_OPEN) !== END_UNOPENED) {
    throw new ChannelError('AlreadyOpen');
  }
  if (thread !== null) showLinuxThread(link.life(own), thread);
  const lives = watchLives(handle, link, thread !== null);
  return new DoorbellSignal(states, own, doorbell, slot, theirs, lives);
}

function ownDoorbell(
  handle: EndHandle,
  link: LinkMemory,
  { doorbell }: OpenOptions,
): { doorbell: Doorbell; slot: number } {
  const shared = handle.doorbells[handle.end];
  if (shared === null) {
    if (doorbell !== undefined)
      throw new ChannelError('InvalidHandle', 'the channel was made without a shared doorbell');
    return { doorbell: new Doorbell(link.doorbell(handle.end), null), slot: 0 };
  }
  if (!(doorbell instanceof Doorbell) || !doorbell.isAt(doorbellWords(shared.doorbell))) {
    throw new ChannelError('InvalidHandle', 'open it with the doorbell that it was made with');
  }
  const isOurs = Atomics.load(link.states(), handle.end) === END_UNOPENED;
  if (isOurs && !doorbell.isSilent(shared.slot)) {
    throw new ChannelError('InvalidHandle', 'its slot at the doorbell is not free');
  }
  return { doorbell, slot: shared.slot };
}
