import type { WaitOptions } from '../channel/wait-options.ts';
import type { WriteHalf } from '../channel/write-half.ts';
import { isGonePeerError } from './gone-peer.ts';

/** Waits until the peer has read everything. One that is gone and had done so by then did what was waited for. */
export async function waitEmpty(writer: WriteHalf, options: WaitOptions): Promise<void> {
  try {
    await writer.waitReady(writer.capacity, options);
  } catch (error) {
    throwIfUnread(writer, error);
  }
}

/** The same, blocking the thread. */
export function waitEmptySync(writer: WriteHalf, timeoutMs: number): void {
  try {
    writer.waitReadySync(writer.capacity, timeoutMs);
  } catch (error) {
    throwIfUnread(writer, error);
  }
}

/** What the peer gave back before it went is visible once it is known to be gone. */
function throwIfUnread(writer: WriteHalf, error: unknown): void {
  if (!isGonePeerError(error) || !writer.hasRoom(writer.capacity)) throw error;
}
