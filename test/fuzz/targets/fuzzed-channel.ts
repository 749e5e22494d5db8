import { Channel, createSignals, FlatRingMem } from '../../../src/index.ts';
import type { Input } from './input.ts';
import { RING_BYTES, ringImage } from './ring-input.ts';
import { readSlowly, type SlowReading } from './slow-reader.ts';

/** One end of a channel whose incoming ring a peer has filled, and what a slow reader finds in it. */
export interface FuzzedChannel {
  readonly channel: Channel;
  readonly slow: SlowReading;
  /** Signals the channel. */
  readonly raise: () => void;
}

/** `null` where the ring's pointers are such that no channel opens. */
export function fuzzedChannel(input: Input): FuzzedChannel | null {
  const image = ringImage(input);
  const slow = readSlowly(image);
  if (slow.code === 'VmbusRingError InvalidRingPointer') return null;
  const incoming = new FlatRingMem(RING_BYTES, image.buffer);
  const [signal, peer] = createSignals();
  const channel = new Channel({ incoming, outgoing: new FlatRingMem(RING_BYTES, new ArrayBuffer(8192)), signal });
  return { channel, slow, raise: () => peer.notify() };
}
