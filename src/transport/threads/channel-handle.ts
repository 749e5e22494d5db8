import { ChannelError } from '../../channel/channel-error.ts';
import { type DoorbellHandle, MAXIMUM_SLOTS } from './doorbell.ts';
import { LinkMemory } from './link-memory.ts';
import { bufferOf, type SharedMemory } from './shared-memory.ts';

/** A slot at a doorbell that several channels share. */
export interface DoorbellSlot {
  /** The doorbell. */
  readonly doorbell: DoorbellHandle;
  /** Which of its slots, from 0 on. */
  readonly slot: number;
}

/** What the handles of channels and of signals have in common. */
export interface EndHandle {
  /** The version of the layout of the memory. */
  readonly version: 1;
  /** Which end it is. */
  readonly end: 0 | 1;
  /** What both ends share. Whoever has it can write to all of it. */
  readonly memory: SharedMemory;
  /** Where end 0 and end 1 wait, if not at a doorbell of their own. */
  readonly doorbells: readonly [DoorbellSlot | null, DoorbellSlot | null];
}

/**
 * One end of a channel, as it can be posted to another thread: a plain object that `postMessage` and `workerData` clone. It is
 * good for one `openChannel`, in whatever thread.
 */
export interface ChannelHandle extends EndHandle {
  /** What tells it from other objects. */
  readonly kind: 'vmbus-ring/channel';
}

/** One end of the signals of a channel whose rings lie elsewhere, in a guest's memory perhaps: likewise, for `openSignal`. */
export interface SignalHandle extends EndHandle {
  /** What tells it from other objects. */
  readonly kind: 'vmbus-ring/signal';
}

/** Throws a `ChannelError` with code `InvalidHandle` where this is no handle of that kind. */
export function checkHandle(
  handle: ChannelHandle | SignalHandle,
  kind: ChannelHandle['kind'] | SignalHandle['kind'],
): void {
  const { kind: found, version, end, doorbells } = (handle ?? {}) as Partial<ChannelHandle>;
  if (found !== kind) throw new ChannelError('InvalidHandle', `it is none of the kind ${kind}`);
  if (version !== 1) throw new ChannelError('InvalidHandle', `it is of version ${String(version)}`);
  if (end !== 0 && end !== 1) throw new ChannelError('InvalidHandle', 'it is of no end');
  if (!Array.isArray(doorbells) || doorbells.length !== 2 || !doorbells.every(isDoorbellSlot)) {
    throw new ChannelError('InvalidHandle', 'its doorbells are none');
  }
}

/** What the doorbell itself is, is checked when it is used. */
function isDoorbellSlot(value: unknown): boolean {
  if (value === null) return true;
  const { slot } = (value ?? {}) as Partial<DoorbellSlot>;
  return Number.isInteger(slot) && slot! >= 0 && slot! < MAXIMUM_SLOTS;
}

/** The page that links the ends of a handle. */
export function linkOf(handle: EndHandle): LinkMemory {
  return LinkMemory.open(bufferOf(handle.memory));
}
