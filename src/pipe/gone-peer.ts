import { ChannelError } from '../channel/channel-error.ts';

/** Whether this is what says that the peer closed its end, or died. */
export function isGonePeerError(error: unknown): boolean {
  return error instanceof ChannelError && (error.code === 'PeerClosed' || error.code === 'PeerDied');
}
