// Opens the handles that it is given, one after the other, says what came of each, and ends without closing any.
import { parentPort, workerData } from 'node:worker_threads';
import { ChannelError, type ChannelHandle, openChannel, openSignal, type SignalHandle } from '../../../src/index.ts';

/** `null` for an end that could be opened, else the code of the error. */
export type OpenReport = readonly (string | null)[];

const report: OpenReport = (workerData as (ChannelHandle | SignalHandle)[]).map((handle) => {
  try {
    if (handle.kind === 'vmbus-ring/signal') openSignal(handle);
    else openChannel(handle);
    return null;
  } catch (error) {
    return error instanceof ChannelError ? error.code : String(error);
  }
});
parentPort!.postMessage(report);
// A worker of Deno with an open channel does not end by itself.
if ('Deno' in globalThis) setTimeout(() => process.exit(), 50);
