import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { DemoError } from './demo-error.ts';
import type { Side } from './doorbell.ts';
import type { WorkerMessage } from './worker-link.ts';

/** The modules that the two workers run. */
export type WorkerModules = Readonly<Record<Side, URL>>;

export const WORKER_MODULES: WorkerModules = { guest: moduleOf('guest'), host: moduleOf('host') };

/** TypeScript next to this module's source, JavaScript next to what was built of it. */
function moduleOf(side: Side): URL {
  return new URL(`./${side}-worker${extname(import.meta.url)}`, import.meta.url);
}

/** A worker thread, as the main thread sees it. Both promises are rejected, with a {@link DemoError}, when it fails. */
export class WorkerHandle<Result> {
  readonly opened: Promise<void>;
  readonly result: Promise<Result>;
  readonly #worker: Worker;

  constructor(side: Side, module: URL, config: unknown) {
    const opened = Promise.withResolvers<void>();
    const result = Promise.withResolvers<Result>();
    const fail = (reason: string): void => {
      const error = new DemoError(1, `the ${side} failed: ${reason}`);
      opened.reject(error);
      result.reject(error);
    };
    // Whoever waits sees the error; that nobody waits yet must not end the process.
    opened.promise.catch(() => {});
    result.promise.catch(() => {});
    this.opened = opened.promise;
    this.result = result.promise;
    this.#worker = new Worker(module, { workerData: config, name: side });
    this.#worker.on('message', (message: WorkerMessage<Result>) => {
      if (message.kind === 'open') opened.resolve();
      else if (message.kind === 'done') result.resolve(message.result);
      else fail(message.reason);
    });
    this.#worker.on('error', (error) => fail(error instanceof Error ? error.message : String(error)));
    this.#worker.on('exit', (code) => fail(`it ended before its work was done, with code ${code}`));
  }

  /** Lets the worker run. */
  start(): void {
    this.#worker.postMessage('start');
  }

  /** Ends the worker, whatever it is at, and comes back when it has ended. */
  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }
}
