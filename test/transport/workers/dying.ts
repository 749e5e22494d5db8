// Opens its end, sends a packet, and ends when it is told to, or is ended, without closing.
import { workerData } from 'node:worker_threads';
import type { ChannelHandle } from '../../../src/index.ts';

/** How a thread comes to its end. */
const WAYS = [
  'terminated while it blocks',
  'terminated while it waits',
  'terminated while it is busy',
  'process.exit',
  'an error that nobody catches',
  'the end of its work',
  'never opened',
] as const;

export type WayToDie = (typeof WAYS)[number];

/** A worker of Deno with an open channel has no end of its work: the Web Lock that it holds keeps it. docs/threads.md says so. */
const ENDS_BY_ITSELF = !('Deno' in globalThis);

/** The ways that there are in this runtime. */
export const WAYS_TO_DIE: readonly WayToDie[] = WAYS.filter((way) => way !== 'the end of its work' || ENDS_BY_ITSELF);

/** Those of them that somebody else does. */
export function isTerminated(way: WayToDie): boolean {
  return way.startsWith('terminated');
}

export interface DyingTask {
  readonly handle: ChannelHandle;
  readonly way: WayToDie;
  /** 0, then 1 when the worker is there, then 2 when it is to end. */
  readonly gate: Int32Array;
  /** Whether the thread is to be told from others by its lease alone. */
  readonly byLease?: boolean;
}

/** Hides what the kernel knows of threads, in this thread: as if it were no Linux. */
export function hideKernel(): void {
  const { getBuiltinModule } = process;
  const hidden = (name: string): unknown => (name === 'node:fs' ? undefined : getBuiltinModule(name));
  process.getBuiltinModule = hidden as typeof getBuiltinModule;
}

function beBusy(): never {
  for (;;);
}

async function die({ handle, way, gate, byLease }: DyingTask): Promise<void> {
  if (byLease === true) hideKernel();
  const { openChannel, Queue } = await import('../../../src/index.ts');
  const queue = way === 'never opened' ? null : new Queue(openChannel(handle));
  queue?.tryWrite(new TextEncoder().encode('the last'));
  Atomics.store(gate, 0, 1);
  Atomics.notify(gate, 0);
  switch (way) {
    case 'terminated while it blocks':
      queue!.readSync();
      break;
    case 'terminated while it waits':
      await queue!.read();
      break;
    case 'terminated while it is busy':
      beBusy();
      break;
    case 'process.exit':
      Atomics.wait(gate, 0, 1);
      return process.exit();
    case 'an error that nobody catches':
      Atomics.wait(gate, 0, 1);
      setTimeout(() => {
        throw new Error('as it should be');
      });
      break;
    case 'the end of its work':
    case 'never opened':
      Atomics.wait(gate, 0, 1);
  }
}

const task = workerData as DyingTask | null;
if (task !== null && 'way' in task) await die(task);
