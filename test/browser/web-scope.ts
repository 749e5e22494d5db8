import type { Report, RunRequest } from './test-event.ts';

/** A Web Worker, as far as the tests use it. Their types are those of Node, so that they run there as well. */
export interface WebWorker extends EventTarget {
  postMessage(message: unknown): void;
  terminate(): void;
}

/** The global scope of a page or of a dedicated worker, likewise. */
export interface WebScope extends EventTarget {
  readonly crossOriginIsolated: boolean;
  readonly navigator: { readonly locks: { request(name: string, granted: () => void): Promise<void> } };
  readonly location: { readonly href: string };
  readonly Worker: new (url: URL, options: { readonly type: 'module' }) => WebWorker;
  /** Of a dedicated worker: to the page. */
  postMessage(message: unknown): void;
  /** Of a dedicated worker: ends it. */
  close(): void;
  /** Put into the page by `scripts/test-browser.ts`. */
  readonly report: Report;
  /** Called in the page by `scripts/test-browser.ts`. */
  runTests: (request: RunRequest) => Promise<void>;
}

export const WEB: WebScope = globalThis as unknown as WebScope;

/** Starts a worker whose module lies beside the page. */
export function startWorker(file: string): WebWorker {
  return new WEB.Worker(new URL(file, WEB.location.href), { type: 'module' });
}

/** What a message event brings. */
export function dataOf(event: Event): unknown {
  return 'data' in event ? event.data : undefined;
}
