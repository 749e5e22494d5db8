import { LIFE_LEASE, LIFE_LEASED } from './life-words.ts';

/** How often a lease is renewed. */
const RENEWAL_MS = 200;

/** How long a lease may stand still before its thread is taken for dead, and how many looks there must have been meanwhile. */
export const LEASE_MS = 5000;
const LEASE_LOOKS = 8;

/** Looks that follow each other more closely count as one: the lease may have had no time to be renewed. */
const LOOK_MS = RENEWAL_MS;

/** What `LIFE_LEASED` holds while a keeper renews the lease, and while the thread itself does, because it blocks. */
const BY_KEEPER = 1;
const BY_BLOCKING = 2;

interface Keeper {
  postMessage(message: unknown): void;
  terminate(): unknown;
  on?(event: 'error', listener: () => void): unknown;
  unref?(): void;
}

interface KeeperHost {
  readonly Worker?: new (url: string) => Keeper;
  readonly document?: unknown;
  readonly process?: { readonly getBuiltinModule?: (name: string) => WorkerThreads };
}

interface WorkerThreads {
  readonly isMainThread: boolean;
  readonly Worker: new (source: string, options: { readonly eval: true }) => Keeper;
}

/** What the keeper runs: it renews all leases that it was given, and stops when the thread that it belongs to does. */
const KEEPER = `
const port = typeof require === 'function' ? require('node:worker_threads').parentPort : self;
const leases = new Map();
const listen = ({ words, id }) => {
  if (words === null) return leases.delete(id);
  leases.set(id, words);
  Atomics.store(words, ${LIFE_LEASED}, ${BY_KEEPER});
};
if (port === globalThis.self) onmessage = (event) => listen(event.data);
else port.on('message', listen);
setInterval(() => { for (const words of leases.values()) Atomics.add(words, ${LIFE_LEASE}, 1); }, ${RENEWAL_MS});
`;

/** The keeper of this thread, while there are leases, and how many. */
let keeper: Keeper | null = null;
let leases = 0;
let nextId = 0;

/**
 * Has the lease in `words` renewed by a thread within this one, one for all leases, however busy this thread is: threads that a thread has
 * started end with it. `null` where there is no need (a main thread does not end alone) or no way. Returns a function that ends it.
 */
export function keepLease(words: Int32Array): (() => void) | null {
  try {
    const keeping = (keeper ??= startKeeper());
    if (keeping === null) return null;
    keeping.unref?.();
    if (leases === 0) keeping.on?.('error', () => {});
    const id = nextId++;
    keeping.postMessage({ words, id });
    leases++;
    return () => {
      Atomics.store(words, LIFE_LEASED, 0);
      endLease(keeping, id);
    };
  } catch {
    // Forbidden by the page's policy, or no thread left: then there is no lease.
    return null;
  }
}

function endLease(keeping: Keeper, id: number): void {
  keeping.postMessage({ words: null, id });
  if (--leases > 0) return;
  keeper = null;
  void keeping.terminate();
}

function startKeeper(): Keeper | null {
  const { Worker, document, process } = globalThis as KeeperHost;
  const threads = process?.getBuiltinModule?.('node:worker_threads');
  if (threads !== undefined) return threads.isMainThread ? null : new threads.Worker(KEEPER, { eval: true });
  if (document !== undefined || Worker === undefined) return null;
  const url = URL.createObjectURL(new Blob([KEEPER], { type: 'text/javascript' }));
  try {
    return new Worker(url);
  } finally {
    // Chromium reads it before this runs; others a moment later.
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }
}

/** Renews the lease of a thread that is about to block for less than a lease lasts. */
export function leaseWhileBlocked(words: Int32Array): void {
  Atomics.add(words, LIFE_LEASE, 1);
  Atomics.compareExchange(words, LIFE_LEASED, 0, BY_BLOCKING);
}

/** The thread runs again: it may be busy for as long as it likes. A lease that a keeper renews goes on. */
export function endLeaseWhileBlocked(words: Int32Array): void {
  Atomics.compareExchange(words, LIFE_LEASED, BY_BLOCKING, 0);
}

/** Looks at a lease from the other side. */
export class LeaseWatch {
  readonly #words: Int32Array;
  #count = 0;
  #looks = 0;
  #sinceMs = 0;
  #lookMs = 0;

  constructor(words: Int32Array) {
    this.#words = words;
  }

  /** Whether there is a lease, and it was not renewed for so long that its thread must be dead. To be asked every now and then. */
  hasRunOut(): boolean {
    const count = Atomics.load(this.#words, LIFE_LEASE);
    const now = performance.now();
    if (Atomics.load(this.#words, LIFE_LEASED) === 0 || count !== this.#count || this.#looks === 0) {
      this.#count = count;
      this.#sinceMs = now;
      this.#lookMs = now;
      this.#looks = 1;
      return false;
    }
    if (now - this.#lookMs < LOOK_MS) return false;
    this.#lookMs = now;
    this.#looks++;
    return this.#looks >= LEASE_LOOKS && now - this.#sinceMs >= LEASE_MS;
  }
}
