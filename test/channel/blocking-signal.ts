import assert from 'node:assert/strict';
import { Channel, EventSignal, FlatRingMem } from '../../src/index.ts';

/** A signal that can block: while it does, the peer's thread does what comes next on its list. */
export class BlockingSignal extends EventSignal {
  /** What the peer does during each sleep; after the last one nothing happens any more. */
  readonly sleeps: (() => void)[] = [];
  /** How long each sleep was to be at most. */
  readonly timesMs: number[] = [];

  override waitSync(seen: number, timeoutMs: number): boolean {
    assert.equal(seen, this.count(), 'a signal that came before the sleep');
    this.timesMs.push(timeoutMs);
    this.sleeps.shift()?.();
    return this.count() !== seen;
  }
}

/** The two ends of a channel, the first of which can block. */
export function blockingChannels(): {
  readonly channel: Channel;
  readonly peer: Channel;
  readonly signal: BlockingSignal;
} {
  const [first, second] = [new FlatRingMem(4096), new FlatRingMem(4096)];
  const states = Int32Array.of(1, 1);
  const signal = new BlockingSignal(() => peerSignal.raise(), states, 0);
  const peerSignal: EventSignal = new EventSignal(() => signal.raise(), states, 1);
  const channel = new Channel({ incoming: first, outgoing: second, signal });
  const peer = new Channel({ incoming: second, outgoing: first, signal: peerSignal });
  return { channel, peer, signal };
}
