import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { DOORBELL_BYTES } from './doorbell.ts';
import { showPackets } from '../support/progress-line.ts';
import { placeRing } from '../support/ring-places.ts';
import { Xorshift } from '../support/xorshift.ts';
import type { Phase, PhaseThread, ThreadReport } from './phase.ts';

/** A phase that takes longer has hung: it fails. Far above what any machine needs. */
const TIME_LIMIT_MS = 300_000;

export interface PhaseReport {
  readonly writer: ThreadReport;
  readonly reader: ThreadReport;
}

/** Runs both threads of `phase` to their end. Rejects with the first error of either; both are gone then. */
export async function runPhase(phase: Phase, seed: number): Promise<PhaseReport> {
  const place = placeRing(phase.layout, phase.pageCount, 'shared', new Xorshift(seed));
  const doorbell = new SharedArrayBuffer(DOORBELL_BYTES);
  const progress = new Int32Array(new SharedArrayBuffer(4));
  const workerData: PhaseThread = { phase, place, seed, timeLimitMs: TIME_LIMIT_MS, doorbell, progress };
  // The writer first, though it matters little: whoever comes late finds the ring as the other one left it.
  const threads = ['./writer-thread.ts', './reader-thread.ts'].map(
    (file) => new Worker(new URL(file, import.meta.url), { workerData }),
  );
  const hideProgress = showPackets(progress, phase.packets);
  const limit = new AbortController();
  const timer = setTimeout(
    () => limit.abort(new Error('the time limit of this phase has passed')),
    TIME_LIMIT_MS * 1.1,
  );
  try {
    const [writer, reader] = await Promise.all(threads.map((thread) => reportOf(thread, limit.signal)));
    return { writer: writer!, reader: reader! };
  } finally {
    clearTimeout(timer);
    hideProgress();
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}

async function reportOf(thread: Worker, signal: AbortSignal): Promise<ThreadReport> {
  const [report] = (await once(thread, 'message', { signal })) as [ThreadReport];
  return report;
}
