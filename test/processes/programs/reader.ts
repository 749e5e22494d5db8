// Reads messages for ever and prints their numbers before it gives them back: `reader.ts FILE sync|async BATCH`.
import { writeSync } from 'node:fs';
import { Queue } from '../../../src/index.ts';
import { openChannelFile } from '../../../src/transport/node/index.ts';
import { numberOf } from './messages.ts';

const HOLD_MS = 1;

const [path = '', way, batchText] = process.argv.slice(2);
const batch = Number(batchText);
const queue = new Queue(openChannelFile(path, { end: 1, outlivesPeer: true }));

for (;;) {
  const reads = way === 'sync' ? queue.readBatchSync() : await queue.readBatch();
  const numbers: number[] = [];
  while (numbers.length < batch) {
    const packet = reads.next();
    if (packet === null) break;
    numbers.push(numberOf(packet.readAll()));
  }
  writeSync(1, `${numbers.join('\n')}\n`);
  // Kills that come now find packets that were read and not given back.
  for (const end = performance.now() + HOLD_MS; performance.now() < end;);
  reads.commit();
}
