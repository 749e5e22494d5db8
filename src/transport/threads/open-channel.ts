import { Channel } from '../../channel/channel.ts';
import { type ChannelHandle, checkHandle } from './channel-handle.ts';
import { ChannelMemory } from './channel-memory.ts';
import { openEnd, type OpenOptions } from './open-end.ts';

/**
 * Opens an end of a channel between threads, in the thread that is to use it. The other end may be opened before or after.
 *
 * Throws a `ChannelError`: `AlreadyOpen` where this end was opened before, here or elsewhere; `InvalidHandle` where the handle
 * is none, or the doorbell is not the one that the channel was made with.
 *
 * When the peer closes its end, every operation that waits here sees it at once. When its thread ends without that, the channel
 * notices as docs/threads.md says, and reports `PeerDied`.
 *
 * @example
 * ```ts
 * import { ChannelError, createChannelPair, openChannel } from 'vmbus-ring';
 *
 * const [handle] = createChannelPair({ ringBytes: 4096 });
 * const channel = openChannel(handle);
 * try {
 *   openChannel(structuredClone(handle));
 * } catch (error) {
 *   if (!(error instanceof ChannelError)) throw error;
 *   error.code; // 'AlreadyOpen'
 * }
 * channel.close();
 * ```
 */
export function openChannel(handle: ChannelHandle, options: OpenOptions = {}): Channel {
  checkHandle(handle, 'vmbus-ring/channel');
  const memory = ChannelMemory.open(handle.memory);
  const own = handle.end;
  const signal = openEnd(handle, memory.link, options);
  try {
    return new Channel({ incoming: memory.ring(own === 0 ? 1 : 0), outgoing: memory.ring(own), signal });
  } catch (error) {
    signal.close();
    throw error;
  }
}
