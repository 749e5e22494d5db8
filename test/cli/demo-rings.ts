import type { Signals } from '../../src/cli/demo/doorbell.ts';

const RINGS = 200;
const TIMEOUT_MS = 10_000;

/** Waits for each ring of the peer's and answers it. Returns how the waits ended; a time-out is the last. */
export function answerRings(signals: Signals): string[] {
  const endings: string[] = [];
  for (let seen = 0; seen < RINGS; seen++) {
    const ending = signals.wait(seen, TIMEOUT_MS);
    endings.push(ending);
    if (ending === 'timed-out') break;
    signals.ring();
  }
  return endings;
}
