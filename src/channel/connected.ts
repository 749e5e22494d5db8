import { FlatRingMem } from '../memory/flat-ring-mem.ts';
import { Channel } from './channel.ts';
import { createSignals } from './event-signal.ts';
import { Queue } from './queue.ts';

/** How large the rings of a channel are. */
export interface RingSizes {
  /**
   * Bytes of data: a non-zero multiple of 4096 up to 1 GiB. One number for both rings, or one each: the first is that of the
   * ring which the first end writes.
   */
  readonly ringBytes: number | readonly [number, number];
}

/** Bytes of data of the ring that the first end writes, and of the ring that the second one writes. */
export function ringSizes(sizes: RingSizes): readonly [number, number] {
  const { ringBytes } = (sizes ?? {}) as Partial<RingSizes>;
  if (typeof ringBytes === 'number') return [ringBytes, ringBytes];
  if (!Array.isArray(ringBytes) || ringBytes.length !== 2) {
    throw new TypeError('ringBytes must be a number of bytes, or one for each ring');
  }
  return ringBytes;
}

/**
 * Both ends of a channel within one thread. Waits are asynchronous: who blocks here waits for himself, and gets a `TypeError`.
 *
 * Throws a `VmbusRingError` where the sizes are none that rings have. Source: OpenVMM
 * `vmbus_channel::connected_async_channels`.
 *
 * @example
 * ```ts
 * import { connectedChannels, Queue } from 'vmbus-ring';
 *
 * const [a, b] = connectedChannels({ ringBytes: [4096, 65536] });
 * new Queue(a).capacity; // 4088
 * new Queue(b).capacity; // 65528
 * ```
 */
export function connectedChannels(sizes: RingSizes): [Channel, Channel] {
  const [first, second] = ringSizes(sizes).map((bytes) => new FlatRingMem(bytes)) as [FlatRingMem, FlatRingMem];
  const [ours, theirs] = createSignals();
  return [
    new Channel({ incoming: second, outgoing: first, signal: ours }),
    new Channel({ incoming: first, outgoing: second, signal: theirs }),
  ];
}

/**
 * Two queues that are connected to each other, within one thread. Source: OpenVMM `vmbus_async::queue::connected_queues`.
 *
 * @example
 * ```ts
 * import { connectedQueues } from 'vmbus-ring';
 *
 * const [a, b] = connectedQueues({ ringBytes: 4096 });
 * a.tryWrite(Uint8Array.of(7)); // true
 * (await b.read()).readAll()[0]; // 7
 * ```
 */
export function connectedQueues(sizes: RingSizes): [Queue, Queue] {
  const [a, b] = connectedChannels(sizes);
  return [new Queue(a), new Queue(b)];
}
