/** What one end of a channel counts of itself. Plain numbers, counted as they come: cheap enough to leave on. */
export interface ChannelCounters {
  /** Packets read, those that were read again after a `revert` included. */
  packetsRead: number;
  /** Bytes of these on the ring, footers included. */
  bytesRead: number;
  /** Packets written. */
  packetsWritten: number;
  /** Bytes of these on the ring, footers included. */
  bytesWritten: number;
  /** Commits after which the peer had to be signalled. */
  signalsSent: number;
  /** Commits after which it had not. */
  signalsSaved: number;
  /** Times that a waiting end was woken by a signal. */
  signalsReceived: number;
  /** Those of them after which there was nothing to do. */
  signalsSpurious: number;
  /** Blocking waits that ended by time and found what a signal was due for, which then did not come either. */
  signalsLost: number;
  /** Waits for a packet: how often the ring was found empty by somebody who then waited. */
  readWaits: number;
  /** Waits for room: how often the ring was found full by somebody who then waited. */
  stalls: number;
  /** Looks by time, at a peer that does not say that it signals a waiting writer. */
  polls: number;
}

/** All zero. */
export function createCounters(): ChannelCounters {
  return {
    packetsRead: 0,
    bytesRead: 0,
    packetsWritten: 0,
    bytesWritten: 0,
    signalsSent: 0,
    signalsSaved: 0,
    signalsReceived: 0,
    signalsSpurious: 0,
    signalsLost: 0,
    readWaits: 0,
    stalls: 0,
    polls: 0,
  };
}
