// Everything at once, for as long as one likes: threads and processes that come and go, queues, pipes, requests, sets, opens and closes. Each
// packet is checked, and at the end memory has to be flat: `npm run test:soak -- --seconds 3600`.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { onEndingSignal } from '../../scripts/ending-signals.ts';
import { LONG_RUN_OPTIONS, longRun } from '../../scripts/long-run.ts';
import { runMain } from '../../scripts/run-main.ts';
import { collectAll } from '../support/process-state.ts';
import { type Resources, resourcesInUse } from '../support/resources.ts';
import { TestFolder } from '../support/test-folder.ts';
import { Xorshift } from '../support/xorshift.ts';
import { growth } from './flatness.ts';
import type { Job } from './job.ts';
import { inOneThread } from './jobs/one-thread.ts';
import { opens } from './jobs/opens.ts';
import { serverProcess } from './jobs/server-process.ts';
import { threads } from './jobs/threads.ts';
import { writerProcess } from './jobs/writer-process.ts';

/** Between two rounds of a job: the others are to have a turn. */
const PAUSE_MS = 20;

/** A round that takes longer hangs. */
const HANG_MS = 120_000;

const PROGRESS_MS = 5000;

/** So many in all, if they are no closer than a second. */
const SAMPLES = 240;

interface Soak {
  readonly folder: TestFolder;
  readonly jobs: readonly Job[];
  readonly rounds: Map<Job, number>;
  readonly samples: Resources[];
  packets: number;
  isOver: boolean;
  /** Why it ended early. */
  readonly errors: unknown[];
}

async function doOver(soak: Soak, job: Job, random: Xorshift): Promise<void> {
  while (!soak.isOver) {
    const hang = AbortSignal.timeout(HANG_MS);
    try {
      const hung = new Promise<never>((_, reject) => {
        hang.addEventListener('abort', () => reject(new Error('it hangs')), { once: true });
      });
      const packets = await Promise.race([job.round(random), hung]);
      soak.packets += packets;
      soak.rounds.set(job, (soak.rounds.get(job) ?? 0) + 1);
    } catch (error) {
      soak.errors.push(new Error(`${job.name}, round ${soak.rounds.get(job) ?? 0}`, { cause: error }));
      soak.isOver = true;
    }
    await sleep(PAUSE_MS);
  }
}

function show(soak: Soak, elapsedMs: number): void {
  const last = soak.samples.at(-1);
  if (last === undefined) return;
  const rounds = soak.jobs.map((job) => `${job.name} ${soak.rounds.get(job) ?? 0}`).join(', ');
  const parts = Object.entries(last as unknown as Record<string, number>).map(
    ([name, value]) => `${name} ${Math.round(value)}`,
  );
  console.log(`${Math.round(elapsedMs / 1000)} s: ${soak.packets} packets; ${rounds}; ${parts.join(', ')}`);
}

/** Until time is over, or something has gone wrong. */
async function watch(soak: Soak, seconds: number): Promise<void> {
  const began = performance.now();
  const intervalMs = Math.max(1000, (seconds * 1000) / SAMPLES);
  let shownMs = 0;
  while (!soak.isOver) {
    await sleep(intervalMs);
    await collectAll(2);
    soak.samples.push(resourcesInUse());
    const elapsedMs = performance.now() - began;
    if (elapsedMs - shownMs >= PROGRESS_MS) {
      show(soak, elapsedMs);
      shownMs = elapsedMs;
    }
    if (elapsedMs >= seconds * 1000) soak.isOver = true;
  }
  show(soak, performance.now() - began);
}

function begin(folder: TestFolder): Soak {
  const jobs = [threads, writerProcess(folder), serverProcess(folder), ...inOneThread, opens(folder)];
  return { folder, jobs, rounds: new Map(), samples: [], packets: 0, isOver: false, errors: [] };
}

function verdict(soak: Soak): number {
  const idle = soak.jobs.filter((job) => (soak.rounds.get(job) ?? 0) === 0).map(({ name }) => `${name}: not done once`);
  const problems = soak.errors.length > 0 ? [] : [...idle, ...growth(soak.samples)];
  for (const problem of problems) console.error(problem);
  if (soak.errors.length + problems.length > 0) return 1;
  console.log(`${soak.packets} packets were as they should be, and memory is flat`);
  return 0;
}

async function main(): Promise<number> {
  const { seconds, seed } = longRun(parseArgs({ options: LONG_RUN_OPTIONS }).values, 3600);
  console.log(`${seconds} s; the same choices again with --seed ${seed}`);
  const soak = begin(new TestFolder());
  let stoppedWith: number | null = null;
  onEndingSignal((signal, exitCode) => {
    console.error(`stopped by ${signal}`);
    stoppedWith = exitCode;
    soak.isOver = true;
  });
  try {
    const doing = soak.jobs.map((job, i) => doOver(soak, job, new Xorshift(seed + i)));
    await watch(soak, seconds);
    await Promise.all(doing);
  } finally {
    for (const job of soak.jobs) await job.end?.();
    soak.folder.remove();
  }
  for (const error of soak.errors) console.error(error);
  return stoppedWith ?? verdict(soak);
}

await runMain(main);
// Whatever still waits then is of a round that hangs.
process.exit();
