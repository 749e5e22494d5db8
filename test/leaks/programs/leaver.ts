// Opens an end, sends a packet, and ends as it is told to.
import { parentPort, workerData } from 'node:worker_threads';
import { type ChannelHandle, openChannel, Queue } from '../../../src/index.ts';

export interface LeaverTask {
  readonly handle: ChannelHandle;
  readonly way: 'close' | 'exit' | 'throw' | 'terminate';
}

const { handle, way } = workerData as LeaverTask;
const queue = new Queue(openChannel(handle));
await queue.write(Uint8Array.of(3));
const reading = queue.read();
reading.catch(() => {});
parentPort!.once('message', () => {
  if (way === 'exit') process.exit(0);
  if (way === 'throw') throw new Error('as it should be');
  queue.close();
});
