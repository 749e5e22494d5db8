import type { Signal } from '../../channel/signal.ts';
import { checkHandle, linkOf, type SignalHandle } from './channel-handle.ts';
import { openEnd, type OpenOptions } from './open-end.ts';

/**
 * Opens an end of the signals of a channel between threads, in the thread that is to use it: for a `Channel` over rings that both
 * threads have in some other way. Throws, and notices the end of the peer, as `openChannel` does.
 *
 * @example
 * ```ts
 * import { createSignalPair, openSignal } from 'vmbus-ring';
 *
 * const [ours, theirs] = createSignalPair().map((handle) => openSignal(handle));
 * const seen = theirs!.count();
 * ours!.notify();
 * theirs!.waitSync(seen, 1000); // true: this one may block
 * ours!.close();
 * theirs!.close();
 * ```
 */
export function openSignal(handle: SignalHandle, options: OpenOptions = {}): Signal {
  checkHandle(handle, 'vmbus-ring/signal');
  return openEnd(handle, linkOf(handle), options);
}
