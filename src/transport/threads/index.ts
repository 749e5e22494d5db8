export type { ChannelHandle, DoorbellSlot, EndHandle, SignalHandle } from './channel-handle.ts';
export {
  type ChannelPairOptions,
  createChannelPair,
  createSignalPair,
  type DoorbellOptions,
} from './create-channel-pair.ts';
export { createDoorbell, Doorbell, type DoorbellHandle, openDoorbell } from './doorbell.ts';
export { watchWorker, type WorkerLike } from './liveness/watch-worker.ts';
export { openChannel } from './open-channel.ts';
export type { OpenOptions } from './open-end.ts';
export { openSignal } from './open-signal.ts';
export { payloadMemory } from './payload-memory.ts';
export type { SharedMemory } from './shared-memory.ts';
