import { isRingPointer, ringAvailable, ringFree } from '../ring/pointers.ts';
import type { ControlSnapshot } from '../wire/control-page.ts';
import type { Channel } from './channel.ts';
import type { EndState } from './signal.ts';

/** One of a channel's rings, as the end that inspects it sees it. Sizes are bytes. */
export interface DirectionInspection {
  /** Bytes of data. */
  readonly ringSize: number;
  /** The control words at this moment, valid or not: indices, interrupt mask, pending send size, feature bits. */
  readonly control: ControlSnapshot;
  /** Bytes that are published and not given back, by `control`; `null` where its indices are corrupt. */
  readonly filledBytes: number | null;
  /** Bytes that could be written, likewise. */
  readonly freeBytes: number | null;
  /** The private offsets of this end: how far it has read or written, and what it last knew of the peer. */
  readonly offset: Readonly<Record<string, number>>;
  /** Packets that this end read or wrote. */
  readonly packets: number;
  /** Bytes of these on the ring, footers included. */
  readonly bytes: number;
  /** Times that this end found the ring empty, or full, and waited. */
  readonly waits: number;
}

/** Signals as one end counted them. */
export interface SignalInspection {
  /** Commits after which the peer had to be signalled. */
  readonly sent: number;
  /** Commits after which it had not. */
  readonly saved: number;
  /** Times that a wait was ended by a signal. */
  readonly received: number;
  /** Those of them after which there was nothing to do. */
  readonly spurious: number;
  /**
   * Blocking waits that slept until they looked by themselves, every 500 ms, and found what the peer should have signalled and did not
   * signal within 500 ms more. 0 with a peer that signals as it should; asynchronous waits do not look.
   */
  readonly lost: number;
}

/** What `Channel.inspect` tells: numbers and words only, ready for JSON. */
export interface ChannelInspection {
  /** How this end is doing. */
  readonly state: EndState;
  /** How the peer's end is doing, as far as is known. */
  readonly peerState: EndState;
  /** The message of what closed this end, or `null`. */
  readonly failure: string | null;
  /** The ring that this end reads. */
  readonly incoming: DirectionInspection;
  /** The ring that this end writes. */
  readonly outgoing: DirectionInspection;
  /** Signals. */
  readonly signals: SignalInspection;
  /** Waits for room: how often the outgoing ring was found full. The same as `outgoing.waits`. */
  readonly stalls: number;
  /** Looks by time, where the peer does not signal a waiting writer. */
  readonly polls: number;
}

type Counted = Pick<DirectionInspection, 'offset' | 'packets' | 'bytes' | 'waits'>;

export function inspectChannel(channel: Channel): ChannelInspection {
  const { counters, signal } = channel;
  return {
    state: channel.isClosed ? 'closed' : signal.state,
    peerState: signal.peerState,
    failure: channel.failure?.message ?? null,
    incoming: inspectDirection(channel.incoming.inspect(), {
      offset: { ...channel.readOffset.inspect() },
      packets: counters.packetsRead,
      bytes: counters.bytesRead,
      waits: counters.readWaits,
    }),
    outgoing: inspectDirection(channel.outgoing.inspect(), {
      offset: { ...channel.writeOffset.inspect() },
      packets: counters.packetsWritten,
      bytes: counters.bytesWritten,
      waits: counters.stalls,
    }),
    signals: {
      sent: counters.signalsSent,
      saved: counters.signalsSaved,
      received: counters.signalsReceived,
      spurious: counters.signalsSpurious,
      lost: counters.signalsLost,
    },
    stalls: counters.stalls,
    polls: counters.polls,
  };
}

function inspectDirection(
  { ringSize, control }: { readonly ringSize: number; readonly control: ControlSnapshot },
  counted: Counted,
): DirectionInspection {
  const valid = isRingPointer(ringSize, control.in) && isRingPointer(ringSize, control.out);
  return {
    ringSize,
    control,
    filledBytes: valid ? ringAvailable(ringSize, control.in, control.out) : null,
    freeBytes: valid ? ringFree(ringSize, control.in, control.out) : null,
    ...counted,
  };
}
