import { Channel, type CommitLog } from '../../../channel/channel.ts';
import { END_OPEN, type Signal } from '../../../channel/signal.ts';
import type { RingMem } from '../../../memory/ring-mem.ts';
import { FlowCounter } from '../../channel-file/flow.ts';
import { flowWord, WORD_PROCESS, WORD_STATE } from '../../channel-file/layout.ts';

/** An end of a channel in a file, whose lock this process has. */
export interface TakenEnd {
  /** The part of the first page that says what the file is. */
  readonly words: Int32Array;
  /** Both rings: end 0 writes the first one. */
  readonly rings: readonly RingMem[];
  readonly end: 0 | 1;
  readonly signal: Signal;
}

/**
 * Goes on where whoever had the end before has left off, at whatever moment that was: what it had published is there, what it had not is not.
 */
export function takeOver({ words, rings, end, signal }: TakenEnd): Channel {
  const channel = new Channel({ incoming: rings[1 - end]!, outgoing: rings[end]!, signal });
  channel.commitLog = countFlow(channel, words, end);
  Atomics.store(words, WORD_PROCESS + end, process.pid);
  Atomics.store(words, WORD_STATE + end, END_OPEN);
  // Whoever had this end before may have been killed between what it published and the signal for it.
  signal.notify();
  return channel;
}

/** Counts in the file what this end produces and consumes. */
function countFlow(channel: Channel, words: Int32Array, end: 0 | 1): CommitLog {
  const { readOffset, writeOffset, incoming, outgoing } = channel;
  const consumedWord = flowWord(end === 0 ? 1 : 0, 'consumed');
  const produced = new FlowCounter(words, flowWord(end, 'produced'), writeOffset.committedIn, outgoing.inner.size);
  const consumed = new FlowCounter(words, consumedWord, readOffset.committedOut, incoming.inner.size);
  return {
    reads: (packets, bytes) => consumed.add(packets, bytes),
    writes: (packets, bytes) => produced.add(packets, bytes),
  };
}
