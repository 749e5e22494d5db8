import { type ChannelHandle, checkHandle } from './channel-handle.ts';
import { ChannelMemory } from './channel-memory.ts';

/**
 * Memory for payloads that lies in the memory of the channel itself, behind its rings: `payloadBytes` of `createChannelPair` or some
 * more for each end, zeroed at first. Make your arrays of it by `subarray`: what is written to the rings out of them, or read into
 * them, is copied by WebAssembly, at the speed of native code. That is worth it from some 100 bytes on. Each end has a part of its own,
 * 64-byte aligned; who gets what there is up to you.
 *
 * It is shared memory like the rings: whoever has a handle of the channel can write to all of it, at any time, to the sizes of the rings
 * among it, which say where this begins. If you do not trust the peer, ask for it before you post the peer's handle, and copy what you
 * read there before you check it.
 *
 * Where the runtime has no WebAssembly that shares memory, it works as well, and is no faster. Throws a `ChannelError` with code
 * `InvalidHandle` where the handle is none.
 *
 * @example
 * ```ts
 * import { createChannelPair, openChannel, payloadMemory, Queue } from 'vmbus-ring';
 *
 * const [ours, theirs] = createChannelPair({ ringBytes: 65536, payloadBytes: 8192 });
 * const queue = new Queue(openChannel(ours));
 * const frame = payloadMemory(ours).subarray(0, 1500);
 * frame.fill(1);
 * queue.tryWrite(frame); // true
 *
 * const peer = new Queue(openChannel(theirs)); // in a worker, as a rule
 * const received = payloadMemory(theirs).subarray(0, 2048);
 * peer.tryRead()?.readInto(received); // 1504
 * queue.close();
 * peer.close();
 * ```
 */
export function payloadMemory(handle: ChannelHandle): Uint8Array {
  checkHandle(handle, 'vmbus-ring/channel');
  return ChannelMemory.open(handle.memory).payloads(handle.end);
}
