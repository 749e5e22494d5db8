import { KeepAlive } from '../../keep-alive.ts';

/** How often it is asked whether a lock is held, where asking for it would keep the process alive. */
const QUERY_INTERVAL_MS = 250;

interface Locks {
  request(
    name: string,
    options: { readonly signal?: AbortSignal },
    granted: () => Promise<void> | void,
  ): Promise<unknown>;
  query(): Promise<{ readonly held?: readonly { readonly name?: string }[] }>;
}

interface LockHost {
  readonly navigator?: { readonly locks?: Locks };
  readonly Deno?: unknown;
  readonly WorkerGlobalScope?: new () => object;
  readonly process?: {
    readonly versions?: { readonly node?: string };
    readonly getBuiltinModule?: (name: string) => { readonly isMainThread: boolean };
  };
}

/**
 * Locks that a thread loses when it ends, however it ends: in browsers and Deno. Node has the interface as well, but keeps the
 * locks of a worker that was terminated.
 */
function findLocks(): Locks | null {
  const { navigator, Deno: deno, process } = globalThis as LockHost;
  if (deno === undefined && process?.versions?.node !== undefined) return null;
  return navigator?.locks ?? null;
}

/** Whether there are such locks here. */
export function hasWebLocks(): boolean {
  return findLocks() !== null;
}

/** In Deno, a lock that is held or asked for keeps the process alive, and a worker from ending by itself. */
function isDeno(): boolean {
  return (globalThis as LockHost).Deno !== undefined;
}

/** Whether this is the main thread of Deno: it does not end alone. */
function isDenoMain(): boolean {
  const { process, WorkerGlobalScope: scope } = globalThis as LockHost;
  if (!isDeno() || (scope !== undefined && globalThis instanceof scope)) return false;
  return process?.getBuiltinModule?.('node:worker_threads').isMainThread ?? false;
}

/** Takes the lock with this name, and holds it until the returned function is called. `held` is called when it is taken. */
export function holdLock(name: string, held: () => void): () => void {
  if (isDenoMain()) return () => {};
  const request = new AbortController();
  let release = (): void => request.abort();
  const granted = (): Promise<void> => {
    held();
    return new Promise((resolve) => {
      release = resolve;
    });
  };
  // That it was taken back before it was granted is no error.
  findLocks()
    ?.request(name, { signal: request.signal }, granted)
    .catch(() => {});
  return () => release();
}

/** Has `lost` called when whoever holds the lock has lost it or let go of it. Returns a function that takes it back. */
export function watchLock(name: string, lost: () => void): () => void {
  if (isDeno()) return watchByAsking(name, lost);
  const request = new AbortController();
  findLocks()
    ?.request(name, { signal: request.signal }, () => lost())
    .catch(() => {});
  return () => request.abort();
}

function watchByAsking(name: string, lost: () => void): () => void {
  const timer = new KeepAlive(QUERY_INTERVAL_MS, () => {
    void findLocks()
      ?.query()
      .then(({ held = [] }) => {
        if (!timer.isHeld || held.some((lock) => lock.name === name)) return;
        timer.dropAll();
        lost();
      });
  });
  timer.hold(false);
  return () => timer.dropAll();
}
