import type { Layout, MemoryName, RingPlace } from '../support/ring-places.ts';

/** One race: what travels, over what, and how. */
export interface Phase {
  readonly layout: Layout;
  readonly writerMemory: MemoryName;
  readonly readerMemory: MemoryName;
  readonly pageCount: number;
  readonly packets: number;
  /** Packets a commit, at most: on either side. */
  readonly batch: number;
  readonly minimumPayloadBytes: number;
  readonly maximumPayloadBytes: number;
  /** How often a side looks again before it goes to sleep. */
  readonly spins: number;
  /**
   * The side that never sleeps, and commits just when its peer falls asleep: see `Pacer`. Where neither is, each packet is
   * sent and given back as soon as can be.
   */
  readonly pacer?: 'writer' | 'reader';
}

/** What both threads of a phase are given. */
export interface PhaseThread {
  readonly phase: Phase;
  readonly place: RingPlace;
  readonly seed: number;
  readonly timeLimitMs: number;
  readonly doorbell: SharedArrayBuffer;
  /** One word: packets that were read. */
  readonly progress: Int32Array;
}

/** What a thread says when it is done. */
export interface ThreadReport {
  readonly signals: number;
  readonly sleeps: number;
  readonly spared: number;
}
