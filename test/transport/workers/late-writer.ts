// Opens its end, writes one packet after a while, and leaves the end open.
import { workerData } from 'node:worker_threads';
import { type ChannelHandle, openChannel, Queue } from '../../../src/index.ts';

const { handle, afterMs } = workerData as { readonly handle: ChannelHandle; readonly afterMs: number };
const queue = new Queue(openChannel(handle));
setTimeout(() => queue.tryWrite(Uint8Array.of(1)), afterMs);
