import type { ChannelInspection } from '../../index.ts';
import { RingImage } from '../../inspect/index.ts';
import { EXIT_FAILED } from '../exit-codes.ts';
import { CommandError } from '../command-error.ts';
import type { DiskFile } from './disk-file.ts';
import type { GuestConfig, GuestResult } from './guest.ts';
import type { HostConfig, HostResult } from './host.ts';
import { createMachine, ringMemories } from './machine.ts';
import type { DemoOptions } from './options.ts';
import { BereftError, WORKER_MODULES, WorkerHandle, type WorkerModules } from './worker-handle.ts';

/** What a run was like. */
export interface DemoRun {
  readonly disk: { readonly path: string; readonly bytes: number };
  /** Of the file, read past the rings; in hexadecimal. */
  readonly fileSha256: string;
  readonly guest: GuestResult;
  readonly host: HostResult;
  /** The rings when both sides had ended. */
  readonly guestToHost: RingImage;
  readonly hostToGuest: RingImage;
}

/** What a run tells while it goes on, and who can end it. */
export interface DemoHooks {
  /** Ends the run: with this signal's reason. */
  readonly signal: AbortSignal;
  /** Called once both sides run, with a function that says how many bytes the guest has. */
  readonly onStart?: (readBytes: () => number) => void;
  /** Other modules than the demo's own, for tests. */
  readonly workers?: WorkerModules;
}

/**
 * Runs guest and host on the disk until both have ended. When one of them fails, or the signal is aborted, the other is
 * ended too; when this comes back, in whatever way, no worker is left.
 *
 * Throws a {@link CommandError} when one side fails or the file changes its length. What else can differ is for `verdict`.
 */
export async function runDemo(disk: DiskFile, options: DemoOptions, hooks: DemoHooks): Promise<DemoRun> {
  const machine = createMachine(options);
  const progress = new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT);
  const { guest: guestModule, host: hostModule } = hooks.workers ?? WORKER_MODULES;
  const { places, buffers, bufferPages } = machine;
  const guestConfig: GuestConfig = {
    place: places.guest,
    buffers,
    bufferPages,
    ...options,
    diskBytes: disk.bytes,
    progress,
  };
  const hostConfig: HostConfig = { place: places.host, diskBytes: disk.bytes, fileDescriptor: disk.descriptor };
  const workers: WorkerHandle<unknown>[] = [];
  const failed = new AbortController();
  const hash = disk.hash(AbortSignal.any([failed.signal, hooks.signal]));
  // It is waited for below; that it can fail before must not end the process.
  hash.catch(() => {});
  try {
    const guest = WorkerHandle.create<GuestResult>('guest', guestModule, guestConfig);
    workers.push(guest);
    const host = WorkerHandle.create<HostResult>('host', hostModule, hostConfig);
    workers.push(host);
    await unlessAborted(hooks.signal, Promise.all([guest.opened, host.opened]));
    guest.start();
    host.start();
    const word = new BigInt64Array(progress);
    hooks.onStart?.(() => Number(Atomics.load(word, 0)));
    const all = Promise.all([resultsOf(guest, host), hash]);
    const [[guestResult, hostResult], fileSha256] = await unlessAborted(hooks.signal, all);
    await disk.checkSize();
    const [guestToHost, hostToGuest] = ringMemories(places.host).map((ring) => RingImage.capture(ring));
    return {
      disk,
      fileSha256,
      guest: guestResult,
      host: hostResult,
      guestToHost: guestToHost!,
      hostToGuest: hostToGuest!,
    };
  } finally {
    failed.abort();
    await Promise.all([...workers.map((worker) => worker.terminate()), hash.catch(() => {})]);
  }
}

/** What both say at the end. Of one that fails only because the other one is gone, the reason is why that is. */
async function resultsOf(
  guest: WorkerHandle<GuestResult>,
  host: WorkerHandle<HostResult>,
): Promise<[GuestResult, HostResult]> {
  try {
    return await Promise.all([guest.result, host.result]);
  } catch (error) {
    if (error instanceof BereftError) await (error.side === 'guest' ? host.result : guest.result);
    throw error;
  }
}

/** Why the run is no good, or `null`. */
export function verdict(run: DemoRun): CommandError | null {
  const guest = run.guest.channel;
  const host = run.host.channel;
  if (run.guest.sha256 !== run.fileSha256) {
    return new CommandError(EXIT_FAILED, `the guest got other bytes than the file has: SHA-256 ${run.guest.sha256}`);
  }
  const lost = describeLostWakeUps(guest, host);
  if (lost !== '') return new CommandError(EXIT_FAILED, `wake-ups were lost: ${lost}`);
  if (guest.outgoing.packets !== host.incoming.packets || host.outgoing.packets !== guest.incoming.packets) {
    return new CommandError(EXIT_FAILED, 'one side sent another number of packets than the other received');
  }
  return null;
}

function describeLostWakeUps(guest: ChannelInspection, host: ChannelInspection): string {
  const sides = [
    ['the guest', guest.signals.lost],
    ['the host', host.signals.lost],
  ] as const;
  return sides
    .filter(([, count]) => count !== 0)
    .map(([side, count]) => `${count} of ${side}`)
    .join(', ');
}

/** The work, or the signal's reason as soon as it is aborted. */
function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const aborted = new Promise<never>((_resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
  return Promise.race([work, aborted]);
}
