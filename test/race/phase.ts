import type { Layout, MemoryKind, RingPlace } from '../model/places.ts';

/** One race: what travels, over what, and how. */
export interface Phase {
  readonly layout: Layout;
  readonly writerMemory: MemoryKind;
  readonly readerMemory: MemoryKind;
  readonly pageCount: number;
  readonly packets: number;
  /** Packets a commit, at most: on either side. */
  readonly batch: number;
  readonly minimumPayloadBytes: number;
  readonly maximumPayloadBytes: number;
  /** How often a side looks again before it goes to sleep. */
  readonly spins: number;
}

/** What both threads of a phase are given. */
export interface PhaseThread {
  readonly phase: Phase;
  readonly place: RingPlace;
  readonly seed: number;
  readonly timeLimitMs: number;
  /** One word each: see the indices below. */
  readonly shared: Int32Array;
}

/** Rung by the writer. */
export const READER_BELL = 0;

/** Rung by the reader. */
export const WRITER_BELL = 1;

/** Packets that were read. */
export const PROGRESS = 2;

export const SHARED_WORDS = 3;

/** What a thread says when it is done. */
export interface ThreadReport {
  readonly signals: number;
  readonly sleeps: number;
  readonly spared: number;
}
