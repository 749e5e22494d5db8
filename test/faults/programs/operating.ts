// A worker that does one thing over and over, and ends in the midst of it: by itself, or terminated.
import { workerData } from 'node:worker_threads';
import { type ChannelHandle, openChannel, Queue, RequestChannel } from '../../../src/index.ts';
import { messageOf, numberOf } from '../../processes/programs/messages.ts';

export const OPERATIONS = [
  'write',
  'writeSync',
  'writeBatch',
  'read',
  'readSync',
  'readBatch',
  'serve',
  'call',
] as const;

export const ENDINGS = ['terminate', 'exit', 'throw'] as const;

/** Packets of a batch: all of them come, or none. */
export const BATCH = 8;

export interface OperatingTask {
  readonly handle: ChannelHandle;
  readonly operation: (typeof OPERATIONS)[number];
  readonly ending: (typeof ENDINGS)[number];
  /** It ends in the midst of this operation, if by itself. */
  readonly at: number;
  /** How many operations are over: committed, given back, or answered. */
  readonly done: Int32Array;
}

const task = workerData as OperatingTask | null;

/** In the midst of an operation. */
function pass({ ending, at, done }: OperatingTask): void {
  if (ending === 'terminate' || Atomics.load(done, 0) < at) return;
  if (ending === 'exit') process.exit(0);
  // In a handler, say, an error that is thrown would be somebody's to catch.
  queueMicrotask(() => {
    throw new Error('as it should be');
  });
  throw new Error('as it should be');
}

async function operate({ handle, operation, done }: OperatingTask, middle: () => void): Promise<void> {
  const over = (): void => void Atomics.add(done, 0, 1);
  const channel = openChannel(handle);
  if (operation === 'serve') {
    const served = new RequestChannel(channel).serve(async ({ payload }) => {
      await Promise.resolve();
      middle();
      over();
      return payload;
    });
    return await served;
  }
  if (operation === 'call') {
    const client = new RequestChannel(channel);
    for (let number = 0; ; number++) {
      const answer = client.call(messageOf(number));
      middle();
      if (numberOf(await answer) !== number) throw new Error('another answer came');
      over();
    }
  }
  const queue = new Queue(channel);
  for (let number = 0; ; number++) {
    switch (operation) {
      case 'write':
        await queue.write(messageOf(number));
        middle();
        break;
      case 'writeSync':
        queue.writeSync(messageOf(number));
        middle();
        break;
      case 'writeBatch': {
        await queue.waitReady(BATCH * 1100);
        const batch = queue.writeBatch();
        for (let i = 0; i < BATCH; i++) {
          if (i === BATCH / 2) middle();
          if (!batch.tryWrite(messageOf(number * BATCH + i))) throw new Error('there is no room');
        }
        batch.commit();
        break;
      }
      case 'read':
      case 'readSync':
        if (numberOf((operation === 'read' ? await queue.read() : queue.readSync()).readAll()) !== number) {
          throw new Error('another packet came');
        }
        middle();
        queue.reader.release();
        break;
      case 'readBatch': {
        const batch = await queue.readBatch();
        for (const packet of batch) numberOf(packet.readAll());
        middle();
        batch.commit();
      }
    }
    over();
  }
}

if (task !== null) await operate(task, () => pass(task));
