import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { EXIT_FAILED } from '../exit-codes.ts';
import { CommandError } from '../command-error.ts';
import type { Side } from './machine.ts';
import type { WorkerMessage } from './worker-link.ts';

/** The modules that the two workers run. */
export type WorkerModules = Readonly<Record<Side, URL>>;

export const WORKER_MODULES: WorkerModules = { guest: moduleOf('guest'), host: moduleOf('host') };

/** TypeScript next to this module's source, JavaScript next to what was built of it. */
function moduleOf(side: Side): URL {
  return new URL(`./${side}-worker${extname(import.meta.url)}`, import.meta.url);
}

/** A side could not go on because the other one was gone. Why that was, the other one's own error says, if it has one. */
export class BereftError extends CommandError {
  readonly side: Side;

  constructor(side: Side, message: string) {
    super(EXIT_FAILED, message);
    this.side = side;
  }
}

const BEREFT = { PeerClosed: 'closed the channel before all was done', PeerDied: 'ended without closing the channel' };

/** A worker thread, as the main thread sees it. Both promises are rejected, with a {@link CommandError}, when it fails. */
export class WorkerHandle<Result> {
  readonly opened: Promise<void>;
  readonly result: Promise<Result>;
  readonly #worker: Worker;

  /** A new worker. Throws a {@link CommandError} where the system has no room for one. */
  static create<Result>(side: Side, module: URL, config: unknown): WorkerHandle<Result> {
    try {
      return new WorkerHandle<Result>(side, module, config);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new CommandError(EXIT_FAILED, `cannot start the thread of the ${side}: ${reason}`);
    }
  }

  private constructor(side: Side, module: URL, config: unknown) {
    this.#worker = new Worker(module, { workerData: config, name: side });
    const failed = new Promise<never>((_resolve, reject) => {
      const fail = (reason: string): void => reject(new CommandError(EXIT_FAILED, `the ${side} failed: ${reason}`));
      this.#onMessage((message) => {
        if (message.kind === 'failed') fail(message.reason);
        if (message.kind !== 'bereft') return;
        const peer = side === 'guest' ? 'host' : 'guest';
        reject(new BereftError(side, `the ${side} failed: the ${peer} ${BEREFT[message.how]}`));
      });
      this.#worker.on('error', (error) => fail(error instanceof Error ? error.message : String(error)));
      this.#worker.on('exit', (code) => fail(`it ended before its work was done, with code ${code}`));
    });
    const opened = new Promise<void>((resolve) => {
      this.#onMessage((message) => message.kind === 'open' && resolve());
    });
    const result = new Promise<Result>((resolve) => {
      this.#onMessage((message) => message.kind === 'done' && resolve(message.result));
    });
    this.opened = Promise.race([opened, failed]);
    this.result = Promise.race([result, failed]);
    // Whoever waits sees the error; that nobody waits yet must not end the process.
    this.opened.catch(() => {});
    this.result.catch(() => {});
  }

  /** Lets the worker run. */
  start(): void {
    this.#worker.postMessage('start', []);
  }

  /** Ends the worker, whatever it is at, and comes back when it has ended. */
  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  #onMessage(listener: (message: WorkerMessage<Result>) => void): void {
    this.#worker.on('message', listener);
  }
}
