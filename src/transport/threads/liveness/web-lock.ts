interface Locks {
  request(
    name: string,
    options: { readonly signal?: AbortSignal },
    granted: () => Promise<void> | void,
  ): Promise<unknown>;
}

interface LockHost {
  readonly navigator?: { readonly locks?: Locks };
  readonly Deno?: unknown;
  readonly process?: { readonly versions?: { readonly node?: string } };
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

/** Takes the lock with this name, and holds it until the returned function is called. `held` is called when it is taken. */
export function holdLock(name: string, held: () => void): () => void {
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
  const request = new AbortController();
  findLocks()
    ?.request(name, { signal: request.signal }, () => lost())
    .catch(() => {});
  return () => request.abort();
}
