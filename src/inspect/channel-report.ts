import type { ChannelFileEnd } from '../transport/channel-file/header.ts';
import type { RingFlow } from '../transport/channel-file/flow.ts';
import type { RingReport } from './ring-report.ts';

/** Why bytes are not the file of a channel. */
export interface ChannelFinding {
  /** `NotAChannel`, `WrongVersion` or `WrongSize`. */
  readonly code: 'NotAChannel' | 'WrongVersion' | 'WrongSize';
  /** For people; made of numbers and this library's own words. */
  readonly message: string;
}

/**
 * What went into a ring and came out of it since the file was made. `null` where the numbers do not agree with the ring: something else than this
 * library uses it, or it was written to just then.
 */
export interface ChannelFlow {
  /** What was published by the end that writes the ring. */
  readonly produced: RingFlow | null;
  /** What was given back by the end that reads it. */
  readonly consumed: RingFlow | null;
}

/** A {@link RingFlow} in decimal: JSON's numbers do not hold 64 bits. */
export interface FlowReport {
  /** Packets. */
  readonly packets: string;
  /** Bytes of these on the ring, footers included. */
  readonly bytes: string;
}

/** One ring of a channel: what `vmbus-ring inspect --json` prints of it. */
export interface ChannelRingReport {
  /** What was published. */
  readonly produced: FlowReport | null;
  /** What was given back. */
  readonly consumed: FlowReport | null;
  /** The ring itself. */
  readonly ring: RingReport;
}

/** All of a channel's file: what `vmbus-ring inspect --json` prints. */
export interface ChannelReport {
  /** Another one for each file: 32 hexadecimal digits; `null` where the header cannot be read. */
  readonly identity: string | null;
  /** End 0 and end 1; none where the header cannot be read. */
  readonly ends: readonly ChannelFileEnd[];
  /** The ring that end 0 writes, and the one that end 1 writes; none where the header cannot be read. */
  readonly rings: readonly ChannelRingReport[];
  /** What is wrong with the header, or `null`. What is wrong with a ring, its own report says. */
  readonly error: ChannelFinding | null;
}
