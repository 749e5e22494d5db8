import type { ChannelHandle, SignalHandle } from '../../src/index.ts';
import type { RingPlace } from '../support/ring-places.ts';

/** What of the protocol the peer speaks when it means well. */
export type Traffic = 'packets' | 'pipe' | 'requests';

/** One channel, and who scribbles over it how. Some hundred milliseconds. */
export interface Episode {
  /** 1, 2, 3, ...: with the seed of the run, all that the peer decides follows from it. */
  readonly number: number;
  readonly seed: number;
  readonly strategy: string;
  readonly traffic: Traffic;
  /** The ring that the peer writes. */
  readonly toUs: RingPlace;
  /** The ring that the peer reads. */
  readonly fromUs: RingPlace;
  /** The peer's end of the signals. */
  readonly signal: SignalHandle;
}

/** What our side is given. */
export interface OurOrder {
  readonly seed: number;
  readonly seconds: number;
  readonly board: SharedArrayBuffer;
  readonly honest: ChannelHandle;
}

/** What our side reports at the end. */
export interface OurReport {
  readonly episodes: number;
  readonly operations: Readonly<Record<string, number>>;
  /** How often each error came, by its class and code. */
  readonly errors: Readonly<Record<string, number>>;
  /** Packets and messages that were taken for good, by the strategy that they came under. */
  readonly accepted: Readonly<Record<string, number>>;
  readonly slowest: { readonly name: string; readonly milliseconds: number };
  /** The most that heap and buffers grew to, in bytes. */
  readonly mostBytes: number;
  /** What broke a promise, or `null`. */
  readonly failure: string | null;
}
