// Channels between two threads and in files while the wall clock jumps, or the process is stopped: `jumping.ts clock|stop`.
import { setTimeout as sleep } from 'node:timers/promises';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import {
  ChannelSet,
  type ChannelHandle,
  connectedChannels,
  createChannelPair,
  openChannel,
  Queue,
  RequestChannel,
} from '../../../src/index.ts';
import { createSealedChannelFile } from '../../../src/transport/node/index.ts';
import { openBothEnds } from '../../support/queue-pairs.ts';
import { hideKernel } from '../../transport/workers/dying.ts';

const YEARS_MS = 30 * 365 * 86_400_000;
const HANG_MS = 600_000;
const SHORT_MS = 250;

/** What a wait came to, and how long that took by a clock that does not jump. */
async function outcomeOf(wait: () => unknown): Promise<readonly [string, number]> {
  const began = process.hrtime.bigint();
  let outcome = 'done';
  try {
    await wait();
  } catch (error) {
    outcome = String((error as { code?: unknown }).code);
  }
  return [outcome, Number(process.hrtime.bigint() - began) / 1e6];
}

function jumpClock(): void {
  const { now } = Date;
  let jumps = 0;
  // Each look at the clock finds it years before or after the last one.
  Date.now = () => now() + (jumps++ % 2 === 0 ? YEARS_MS : -YEARS_MS);
}

async function beOther(handle: ChannelHandle): Promise<void> {
  // By the lease alone, whose looks go by time.
  hideKernel();
  const queue = new Queue(openChannel(handle));
  for (;;) await queue.write((await queue.read()).readAll());
}

/** Waits of all kinds, some of which end by time, and some by what comes. */
async function waitInAllWays(): Promise<unknown> {
  const file = createSealedChannelFile({ ringBytes: 4096 });
  const [first, second] = openBothEnds(file.path);
  const [silent] = connectedChannels({ ringBytes: 4096 });
  const set = new ChannelSet();
  const [ours] = createChannelPair({ ringBytes: 4096 });
  set.add(new Queue(openChannel(ours)));
  const outcomes = [
    await outcomeOf(() => first.read({ timeoutMs: SHORT_MS })),
    await outcomeOf(() => first.readSync(SHORT_MS)),
    await outcomeOf(() => set.wait({ timeoutMs: SHORT_MS })),
    await outcomeOf(() => set.waitSync(SHORT_MS)),
    await outcomeOf(() => new RequestChannel(silent).call(Uint8Array.of(1), { timeoutMs: SHORT_MS })),
  ];
  setTimeout(() => second.tryWrite(Uint8Array.of(1)), SHORT_MS);
  outcomes.push(await outcomeOf(() => first.read({ timeoutMs: HANG_MS })));
  return outcomes;
}

async function main(what: string): Promise<void> {
  hideKernel();
  const [ours, theirs] = createChannelPair({ ringBytes: 4096 });
  const other = new Worker(new URL(import.meta.url), { workerData: { theirs, what } });
  const queue = new Queue(openChannel(ours));
  const echo = async (): Promise<readonly [string, number]> => {
    await queue.write(Uint8Array.of(1));
    return outcomeOf(() => queue.read({ timeoutMs: HANG_MS }));
  };
  // The lease begins a moment after the end was opened.
  await echo();
  await sleep(1000);
  if (what === 'clock') {
    jumpClock();
    const outcomes = await waitInAllWays();
    console.log(JSON.stringify({ outcomes, echoed: (await echo())[0], peer: queue.inspect().peerState }));
  } else {
    console.log('waits');
    // Whoever stops this process goes on with it after more time than a lease lasts.
    await outcomeOf(() => queue.read({ timeoutMs: 3000 }));
    console.log(JSON.stringify({ echoed: (await echo())[0], peer: queue.inspect().peerState }));
  }
  await other.terminate();
  process.exit(0);
}

if (isMainThread) {
  await main(process.argv[2] ?? '');
} else {
  const { theirs, what } = workerData as { theirs: ChannelHandle; what: string };
  if (what === 'clock') jumpClock();
  await beOther(theirs);
}
