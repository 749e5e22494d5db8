import { ChannelError } from '../../channel/channel-error.ts';
import { ringSizes, type RingSizes } from '../../channel/connected.ts';
import { PAGE_SIZE } from '../../wire/page.ts';
import type { ChannelHandle, DoorbellSlot, EndHandle, SignalHandle } from './channel-handle.ts';
import { ChannelMemory } from './channel-memory.ts';
import { type Doorbell, type DoorbellHandle, doorbellWords, freeSlot, takeSlot } from './doorbell.ts';
import { LinkMemory } from './link-memory.ts';
import { watchBothEnds } from './liveness/watch-both-ends.ts';
import { allocateShared, bufferOf } from './shared-memory.ts';

/** Where the ends of a channel wait. */
export interface DoorbellOptions {
  /** Doorbells that the ends are to share with other channels: of the first end, of the second; see `createDoorbell`. */
  readonly doorbells?: readonly [DoorbellHandle | Doorbell | null, DoorbellHandle | Doorbell | null] | undefined;
}

/** How a channel between threads is made. */
export interface ChannelPairOptions extends RingSizes, DoorbellOptions {
  /** Bytes of memory for payloads that each end is to have: see `payloadMemory`. 0 if left out. */
  readonly payloadBytes?: number | undefined;
}

/**
 * A channel between two threads: two handles, one for each end. Keep one and post the other, or post both; each is opened with
 * `openChannel`, once, in the thread that is to use it.
 *
 * The rings lie in shared memory that belongs to the handles and goes when nobody has them any more. Throws a
 * `VmbusRingError` where the sizes are none that rings have, a `RangeError` where a doorbell has no slot left or memory is short,
 * and a `TypeError` in a page that is not cross-origin isolated: browsers share no memory there.
 *
 * @example
 * ```ts
 * import { createChannelPair, openChannel, Queue } from 'vmbus-ring';
 *
 * const [ours, theirs] = createChannelPair({ ringBytes: 65536 });
 * const queue = new Queue(openChannel(ours));
 *
 * // In a worker, after `worker.postMessage(theirs)`; here in the same thread.
 * const peer = new Queue(openChannel(theirs));
 * await peer.write(Uint8Array.of(1, 2, 3));
 * (await queue.read()).readAll()[2]; // 3
 * queue.close();
 * peer.close();
 * ```
 */
export function createChannelPair(options: ChannelPairOptions): [ChannelHandle, ChannelHandle] {
  // The memory first: where there is none, no slot was taken.
  const { memory } = ChannelMemory.create(ringSizes(options), options.payloadBytes ?? 0);
  const doorbells = takeSlots(options);
  const handle = (end: 0 | 1): ChannelHandle => ({ kind: 'vmbus-ring/channel', version: 1, end, memory, doorbells });
  watchBothEnds(handle(0));
  return [handle(0), handle(1)];
}

/**
 * Only the signals of a channel between two threads: for rings that lie elsewhere, in a guest's memory for example. Each handle is opened
 * with `openSignal`, once, in the thread that is to use it. Throws as {@link createChannelPair} does.
 *
 * @example
 * ```ts
 * import { Channel, createSignalPair, FlatRingMem, openSignal, Queue } from 'vmbus-ring';
 *
 * const [ours, theirs] = createSignalPair();
 * const a = new FlatRingMem(4096);
 * const b = new FlatRingMem(4096);
 * const local = new Queue(new Channel({ incoming: a, outgoing: b, signal: openSignal(ours) }));
 *
 * // In a worker, with `theirs` and the buffers of `a` and `b`; here in the same thread.
 * const remote = new Queue(new Channel({ incoming: b, outgoing: a, signal: openSignal(theirs) }));
 * await remote.write(Uint8Array.of(1, 2, 3));
 * (await local.read()).readAll()[2]; // 3
 * local.close();
 * remote.close();
 * ```
 */
export function createSignalPair(options: DoorbellOptions = {}): [SignalHandle, SignalHandle] {
  const memory = allocateShared(PAGE_SIZE);
  LinkMemory.create(bufferOf(memory), [0, 0]);
  const doorbells = takeSlots(options);
  const handle = (end: 0 | 1): SignalHandle => ({ kind: 'vmbus-ring/signal', version: 1, end, memory, doorbells });
  watchBothEnds(handle(0));
  return [handle(0), handle(1)];
}

function takeSlots({
  doorbells: [first = null, second = null] = [null, null],
}: DoorbellOptions): EndHandle['doorbells'] {
  // Both are looked at before a slot is taken.
  const [ours, theirs] = [slotTaker(first), slotTaker(second)];
  const slot = ours();
  try {
    return [slot, theirs()];
  } catch (error) {
    if (slot !== null) freeSlot(doorbellWords(slot.doorbell), slot.slot);
    throw error;
  }
}

function slotTaker(doorbell: DoorbellHandle | Doorbell | null): () => DoorbellSlot | null {
  if (doorbell === null) return () => null;
  const handle = handleOf(doorbell);
  const words = doorbellWords(handle);
  return () => ({ doorbell: handle, slot: takeSlot(words) });
}

function handleOf(doorbell: DoorbellHandle | Doorbell): DoorbellHandle {
  const handle = 'handle' in doorbell ? doorbell.handle : doorbell;
  if (handle === null) throw new ChannelError('InvalidHandle', 'this doorbell serves one channel only');
  return handle;
}
