import { BytePipe, type Channel, openChannel, Queue } from '../../src/index.ts';
import { AssertionError } from './assert.ts';
import { callManyTimes, servePlusOne } from './requests.suite.ts';
import { checkPacket, packetsOf, readFrom, writeTo } from './thread-packets.ts';
import type { TaskResult, ThreadTask, WorkerMessage } from './thread-task.ts';

/** What a worker has of the thread that it runs in. */
export interface WorkerThread {
  readonly post: (message: WorkerMessage) => void;
  /** Ends the thread, from within. */
  readonly exit: () => void;
  /** Waits until what opening an end has set off is done: Web Locks are taken a few turns later. */
  readonly settle: () => Promise<void>;
}

/** Packets that a task has dealt with so far: told even where it ends by an error. */
interface Tally {
  packets: number;
}

/** Does one task, and tells when it begins and how it ended. */
export async function doTask(task: ThreadTask, thread: WorkerThread): Promise<void> {
  const tally: Tally = { packets: 0 };
  let endedBy: string | null = null;
  try {
    const channel = openChannel(task.handle);
    if (task.settled === true) await thread.settle();
    thread.post({ kind: 'open' });
    if (task.kind === 'compress') await compress(channel);
    else if (task.kind === 'serve') tally.packets = await servePlusOne(channel);
    else if (task.kind === 'call') await callManyTimes(channel, (tally.packets = task.calls));
    else await work(task, new Queue(channel), tally, thread);
    // A worker that is told to exit still goes on for a moment in browsers.
    if (task.kind === 'exit') return;
    if (task.kind !== 'read once') channel.close();
  } catch (error) {
    if (!(error instanceof Error) || error instanceof AssertionError) {
      thread.post({ kind: 'failed', error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
      return;
    }
    endedBy = 'code' in error ? String(error.code) : `${error.name}: ${error.message}`;
  }
  const result: TaskResult = { packets: tally.packets, endedBy };
  thread.post({ kind: 'done', result });
}

async function work(
  task: Exclude<ThreadTask, { kind: 'compress' | 'serve' | 'call' }>,
  queue: Queue,
  tally: Tally,
  thread: WorkerThread,
): Promise<void> {
  switch (task.kind) {
    case 'echo':
      return await echo(queue, task.blocking, tally);
    case 'send':
      return await send(queue, task, tally);
    case 'receive':
      return await receive(queue, task.seed, task.blocking, tally);
    case 'read once':
      if (task.blocking) queue.readSync(task.timeoutMs);
      else await queue.read({ timeoutMs: task.timeoutMs });
      tally.packets++;
      return;
    case 'fill':
      return await fill(queue, task.blocking, tally);
    case 'be busy': {
      const end = performance.now() + task.busyMs;
      while (performance.now() < end);
      await queue.write(new Uint8Array(8));
      tally.packets++;
      return;
    }
    case 'exit':
      thread.exit();
  }
}

async function compress(channel: Channel): Promise<void> {
  const pipe = new BytePipe(channel);
  await pipe.readable.pipeThrough(new CompressionStream('gzip')).pipeTo(pipe.writable);
}

async function echo(queue: Queue, blocking: boolean, tally: Tally): Promise<void> {
  for (;;) {
    const packet = await readFrom(queue, blocking);
    // The next read gives the packet back, and so does a wait: not this one, it is for the other ring.
    const payload = packet.readAll();
    packet.release();
    await writeTo(queue, payload, blocking);
    tally.packets++;
  }
}

async function fill(queue: Queue, blocking: boolean, tally: Tally): Promise<never> {
  for (;;) {
    await writeTo(queue, new Uint8Array(1000), blocking);
    tally.packets++;
  }
}

async function send(queue: Queue, task: ThreadTask & { kind: 'send' }, tally: Tally): Promise<void> {
  const next = packetsOf(task.seed);
  for (; tally.packets < task.packets; tally.packets++) await writeTo(queue, next(), task.blocking);
}

async function receive(queue: Queue, seed: number, blocking: boolean, tally: Tally): Promise<void> {
  const next = packetsOf(seed);
  for (;;) {
    checkPacket(await readFrom(queue, blocking), next(), `packet ${tally.packets}`);
    tally.packets++;
  }
}
