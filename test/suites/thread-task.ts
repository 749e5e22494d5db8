import type { ChannelHandle } from '../../src/index.ts';

/** What a worker does with its end of a channel. */
export type ThreadWork =
  /** Sends every packet back, until the peer closes. */
  | { readonly kind: 'echo'; readonly blocking: boolean }
  /** Sends so many packets, as `packetsOf` has them. */
  | { readonly kind: 'send'; readonly blocking: boolean; readonly packets: number; readonly seed: number }
  /** Reads them, and compares, until the channel is at its end. */
  | { readonly kind: 'receive'; readonly blocking: boolean; readonly seed: number }
  /** Reads once, for up to so long, and then leaves the end open. */
  | { readonly kind: 'read once'; readonly blocking: boolean; readonly timeoutMs: number }
  /** Writes until there is no room, and then waits for it. */
  | { readonly kind: 'fill'; readonly blocking: boolean }
  /** Is busy for so long without a turn of its event loop, and then sends one packet. */
  | { readonly kind: 'be busy'; readonly busyMs: number }
  /** Sends every byte back, packed with gzip, until the stream ends. */
  | { readonly kind: 'compress' }
  /** Answers requests, until the peer closes. */
  | { readonly kind: 'serve' }
  /** Makes so many calls. */
  | { readonly kind: 'call'; readonly calls: number }
  /** Ends the thread. */
  | { readonly kind: 'exit' };

/** What a worker is told. It opens its end, and closes it when the work is done, unless that says otherwise. */
export type ThreadTask = ThreadWork & {
  readonly handle: ChannelHandle;
  /** Whether it lets everything come to rest that opening has set off, before it goes on. */
  readonly settled?: boolean;
};

/** What became of it. */
export interface TaskResult {
  /** Packets that were sent or received, as the task has it. */
  readonly packets: number;
  /** The code, or else the name, of the error that the task ended with; `null` where it ended without. */
  readonly endedBy: string | null;
}

/** What a worker says. */
export type WorkerMessage =
  /** Its end is open: it begins. */
  | { readonly kind: 'open' }
  | { readonly kind: 'done'; readonly result: TaskResult }
  /** It found something that must not be. */
  | { readonly kind: 'failed'; readonly error: string };
