import type { Channel } from '../../src/index.ts';

/** Has the carrier of this end's signals lose those of which `isLost` says so. Returns a function that says how many those were. */
export function dropSignals({ signal }: Channel, isLost: () => boolean): () => number {
  let lost = 0;
  const notify = signal.notify.bind(signal);
  signal.notify = () => {
    if (isLost()) lost++;
    else notify();
  };
  return () => lost;
}
