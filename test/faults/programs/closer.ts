// The other end of channels that are closed at both ends at once: as a worker, or as a process, `closer.ts FOLDER ROUNDS SEED`.
import { isMainThread, parentPort } from 'node:worker_threads';
import { join } from 'node:path';
import { openChannel } from '../../../src/index.ts';
import { mapFile, openChannelFile } from '../../../src/transport/node/index.ts';
import { Xorshift } from '../../support/xorshift.ts';
import { type CloserTask, dawdle, MAXIMUM_TURNS, PendingWaits, spinUntil } from '../at-once.ts';

async function closeAt(waits: PendingWaits, words: Int32Array, at: number, turns: number): Promise<string[]> {
  Atomics.store(words, at, 1);
  spinUntil(words, at, 2);
  await dawdle(turns);
  waits.queue.close();
  return await waits.settled();
}

if (isMainThread) {
  const [folder = '', rounds, seed] = process.argv.slice(2);
  const random = new Xorshift(Number(seed));
  const mapped = mapFile(join(folder, 'words'));
  const words = new Int32Array(mapped.bytes.buffer);
  for (let round = 0; round < Number(rounds); round++) {
    spinUntil(words, 2 * round + 1, 1);
    const waits = new PendingWaits(openChannelFile(join(folder, 'channel'), { end: 1 }));
    Atomics.store(words, 2 * round, 1);
    spinUntil(words, 2 * round, 2);
    await dawdle(random.below(MAXIMUM_TURNS));
    waits.queue.close();
    console.log(JSON.stringify(await waits.settled()));
    Atomics.store(words, 2 * round, 3);
  }
} else {
  parentPort!.on('message', ({ handle, words, turns }: CloserTask) => {
    void closeAt(new PendingWaits(openChannel(handle)), words, 0, turns).then((outcomes) =>
      parentPort!.postMessage(outcomes),
    );
  });
}
