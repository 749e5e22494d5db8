import { parentPort, workerData } from 'node:worker_threads';
import { DemoError } from './demo-error.ts';

/** What a worker says to the thread that started it. */
export type WorkerMessage<Result> =
  /** Its ends of the rings are open. It runs when it is told to: when the peer's are open as well. */
  | { readonly kind: 'open' }
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'failed'; readonly reason: string };

/**
 * The life of a worker: opens its side with what it was given, waits to be told that the other side is open too, runs, and
 * says how it ended.
 */
export function runWorker(open: (config: unknown) => { run(): unknown }): void {
  const port = parentPort;
  if (port === null) throw new TypeError('this module is the body of a worker thread');
  const post = (message: WorkerMessage<unknown>): void => port.postMessage(message);
  const guard = (step: () => void): void => {
    try {
      step();
    } catch (error) {
      post({ kind: 'failed', reason: reasonOf(error) });
    }
  };
  guard(() => {
    const side = open(workerData);
    port.once('message', () => guard(() => post({ kind: 'done', result: side.run() })));
    post({ kind: 'open' });
  });
}

function reasonOf(error: unknown): string {
  if (error instanceof DemoError) return error.message;
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
