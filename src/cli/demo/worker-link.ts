import { parentPort, workerData } from 'node:worker_threads';
import { ChannelError } from '../../index.ts';
import { CommandError } from '../command-error.ts';

/** How long a side waits for the other one, which lives and says nothing, before it gives up. */
export const SILENCE_MS = 300_000;

/** What a worker says to the thread that started it. */
export type WorkerMessage<Result> =
  /** Its end of the channel is open. It runs when it is told to: when the peer's is open as well. */
  | { readonly kind: 'open' }
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'failed'; readonly reason: string }
  /** It could not go on without its peer, which is gone. */
  | { readonly kind: 'bereft'; readonly how: 'PeerClosed' | 'PeerDied' };

/** What a worker runs: one end of the channel. */
export interface WorkerSide {
  run(): unknown;
  /** Closes the end, so that the other one ends too. */
  close(): void;
}

/**
 * The life of a worker: opens its side with what it was given, waits to be told that the other side is open too, runs, and
 * says how it ended.
 */
export function runWorker(open: (config: unknown) => WorkerSide): void {
  const port = parentPort;
  if (port === null) throw new TypeError('this module is the body of a worker thread');
  const post = (message: WorkerMessage<unknown>): void => port.postMessage(message);
  const guard = (step: () => void): void => {
    try {
      step();
    } catch (error) {
      post(failureOf(error));
    }
  };
  guard(() => {
    const side = open(workerData);
    port.once('message', () => {
      guard(() => post({ kind: 'done', result: side.run() }));
      side.close();
    });
    post({ kind: 'open' });
  });
}

function failureOf(error: unknown): WorkerMessage<never> {
  if (error instanceof ChannelError) {
    const { code } = error;
    if (code === 'PeerClosed' || code === 'PeerDied') return { kind: 'bereft', how: code };
    if (code === 'TimedOut') return { kind: 'failed', reason: `the other side is silent: ${error.message}` };
  }
  if (error instanceof CommandError) return { kind: 'failed', reason: error.message };
  return { kind: 'failed', reason: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
}
