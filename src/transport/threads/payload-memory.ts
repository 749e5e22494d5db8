import { channelBytes, type ChannelSizes } from '../channel-layout.ts';
import { type ChannelHandle, checkHandle, linkOf } from './channel-handle.ts';
import { bufferOf } from './shared-memory.ts';

/** Payloads begin at multiples of this many bytes, which a processor's caches and its widest registers have in common. */
const ALIGNMENT = 64;

function align(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

/** Bytes of all memory of a channel in which each end has so many for payloads. */
export function bytesWithPayloads(sizes: ChannelSizes, payloadBytes: number): number {
  return payloadBytes === 0 ? channelBytes(sizes) : align(channelBytes(sizes)) + 2 * align(payloadBytes);
}

/**
 * Memory for payloads that lies in the memory of the channel itself, behind its rings: `payloadBytes` of `createChannelPair` or some
 * more for each end, zeroed at first. Make your arrays of it by `subarray`: what is written to the rings out of them, or read into
 * them, is copied by WebAssembly, at the speed of native code. That is worth it from some 100 bytes on. Each end has a part of its own,
 * 64-byte aligned; who gets what there is up to you.
 *
 * It is shared memory like the rings: whoever has a handle of the channel can write to all of it, at any time. Copy what you read
 * there before you check it, if you do not trust the peer.
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
  const buffer = bufferOf(handle.memory);
  const start = align(channelBytes(linkOf(handle).sizes));
  const bytes = Math.max(0, Math.floor((buffer.byteLength - start) / 2 / ALIGNMENT) * ALIGNMENT);
  return new Uint8Array(buffer, bytes === 0 ? 0 : start + handle.end * bytes, bytes);
}
